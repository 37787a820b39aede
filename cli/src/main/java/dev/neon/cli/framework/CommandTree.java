package dev.neon.cli.framework;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All commands, in the order of the overview.
 *
 * @param summary  what neon is, in one line
 * @param sections the groups of the overview
 * @param hidden   commands that scripts use and people do not: no help, no man page, no completion
 */
public record CommandTree(String summary, List<Section> sections, List<Leaf> hidden) {
    /** A titled part of the overview. */
    public record Section(String title, List<Node> nodes) {}

    /** What a word after {@code neon} can be. */
    public sealed interface Node {
        /** The word. */
        String name();
    }

    /**
     * A command.
     *
     * @param path    the words after {@code neon}: {@code branch}, {@code pg start}
     * @param factory makes the command; called only for the one that runs
     */
    public record Leaf(String path, Supplier<Command> factory) implements Node {
        @Override
        public String name() {
            return path.substring(path.lastIndexOf(' ') + 1);
        }
    }

    /** A command with subcommands. */
    public record Group(String name, String summary, List<Leaf> leaves) implements Node {
        Optional<Leaf> find(String word) {
            return leaves.stream().filter(leaf -> leaf.name().equals(word)).findFirst();
        }
    }

    /** A section of the overview. */
    public static Section section(String title, Node... nodes) {
        return new Section(title, List.of(nodes));
    }

    /** A command; {@code path} is its name, with the group's before it where it has one. */
    public static Leaf command(String path, Supplier<Command> factory) {
        return new Leaf(path, factory);
    }

    /** A command with subcommands; the summary is one line, upper case beginning, no full stop. */
    public static Group group(String name, String summary, Leaf... leaves) {
        return new Group(name, summary, List.of(leaves));
    }

    /** All that can follow {@code neon}, the hidden ones left out. */
    public List<Node> nodes() {
        return sections.stream().flatMap(section -> section.nodes().stream()).toList();
    }

    /** All commands, those of groups among them, the hidden ones left out. */
    public List<Leaf> leaves() {
        return nodes().stream().flatMap(node -> switch (node) {
            case Leaf leaf -> Stream.of(leaf);
            case Group group -> group.leaves().stream();
        }).toList();
    }

    /** The command or group of this name, hidden or not. */
    public Optional<Node> find(String word) {
        // Loops, not streams: this stands before every command.
        for (Section section : sections) {
            for (Node node : section.nodes()) {
                if (node.name().equals(word)) {
                    return Optional.of(node);
                }
            }
        }
        for (Leaf leaf : hidden) {
            if (leaf.name().equals(word)) {
                return Optional.of(leaf);
            }
        }
        return Optional.empty();
    }
}
