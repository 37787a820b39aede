package dev.neon.cli.framework;

import dev.neon.cli.framework.CommandTree.Group;
import dev.neon.cli.framework.CommandTree.Leaf;
import java.util.List;

/** Help as plain text, 80 columns wide; every text ends with a line end. */
public final class HelpText {
    private static final int WIDTH = 80;
    private static final int OPTION_COLUMN = 26;
    private static final int SUMMARY_COLUMN = 16;

    private final CommandTree tree;

    public HelpText(CommandTree tree) {
        this.tree = tree;
    }

    /** What {@code neon} alone shows: every command in its section. */
    public String overview() {
        StringBuilder text = new StringBuilder("neon - ").append(tree.summary()).append("\n\n")
                .append("Usage: neon [options] <command> [<argument>...]\n");
        for (CommandTree.Section section : tree.sections()) {
            text.append('\n').append(section.title()).append('\n');
            for (CommandTree.Node node : section.nodes()) {
                entry(text, node.name(), SUMMARY_COLUMN, summary(node));
            }
        }
        options(text, "Options, before or after the command:", GlobalOptions.ALL);
        return text.append("\nRun 'neon help <command>' to read about a command.\n").toString();
    }

    /** The commands of a group. */
    public String group(Group group) {
        StringBuilder text = new StringBuilder("neon ").append(group.name()).append(" - ").append(group.summary())
                .append("\n\nUsage: neon ").append(group.name()).append(" <command> [<argument>...]\n\nCommands:\n");
        for (Leaf leaf : group.leaves()) {
            entry(text, leaf.name(), SUMMARY_COLUMN, summary(leaf));
        }
        return text.append("\nRun 'neon help ").append(group.name()).append(" <command>' to read about a command.\n")
                .toString();
    }

    /** All about a command. */
    public String command(Leaf leaf, Command command) {
        Description description = command.description();
        StringBuilder text = new StringBuilder("neon ").append(leaf.path()).append(" - ")
                .append(description.summary()).append("\n\n");
        String prefix = "Usage: ";
        for (String usage : CommandPage.synopses(leaf, command)) {
            wrap(text, prefix + usage, 7 + "neon ".length() + leaf.path().length() + 1);
            prefix = "       ";
        }
        for (String paragraph : CommandPage.paragraphs(description)) {
            text.append('\n');
            wrap(text, paragraph, 0);
        }
        if (!command.parameters().isEmpty()) {
            text.append("\nArguments:\n");
            command.parameters().forEach(parameter -> entry(text, '<' + parameter.label() + '>', OPTION_COLUMN,
                    CommandPage.help(parameter.help(), parameter.values())));
        }
        options(text, "Options:", command.options());
        options(text, "Global options:", GlobalOptions.ALL);
        text.append("\nExamples:\n");
        for (Description.Example example : description.examples()) {
            text.append("  ").append(example.commandLine()).append('\n');
            text.append("      ").append(example.what()).append('\n');
        }
        text.append("\nExit codes:\n");
        description.allExits().forEach(code ->
                text.append(String.format("  %-4d%s%n", code.number(), code.meaning())));
        return text.toString();
    }

    static String summary(CommandTree.Node node) {
        return switch (node) {
            case Leaf leaf -> leaf.factory().get().description().summary();
            case Group group -> group.summary();
        };
    }

    private static void options(StringBuilder text, String title, List<OptionDeclaration> options) {
        if (!options.isEmpty()) {
            text.append('\n').append(title).append('\n');
            options.forEach(option -> entry(text, option.title(), OPTION_COLUMN,
                    CommandPage.help(option.help(), option.values())));
        }
    }

    private static void entry(StringBuilder text, String term, int column, String meaning) {
        String start = "  " + term;
        if (start.length() > column - 2) {
            text.append(start).append('\n');
            start = "";
        }
        wrap(text, start + " ".repeat(column - start.length()) + meaning, column);
    }

    /** Breaks a line at spaces; further lines are indented. Its own leading spaces stay. */
    private static void wrap(StringBuilder text, String line, int indent) {
        String rest = line;
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            if (space <= indent) {
                break;
            }
            text.append(rest, 0, space).append('\n');
            rest = " ".repeat(indent) + rest.substring(space + 1);
        }
        text.append(rest).append('\n');
    }

}
