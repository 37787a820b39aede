package dev.neon.cli.framework;

import java.util.ArrayList;
import java.util.List;

/** What every form of a command's documentation says in the same words. */
public final class CommandPage {
    private CommandPage() {}

    /** The synopses of a command, from {@code neon} on; at least one. */
    public static List<String> synopses(CommandTree.Leaf leaf, Command command) {
        String name = "neon " + leaf.path();
        List<String> written = command.description().usages();
        if (!written.isEmpty()) {
            return written.stream().map(usage -> (name + ' ' + usage).strip()).toList();
        }
        StringBuilder synopsis = new StringBuilder(name);
        command.options().forEach(option -> synopsis.append(' ').append(option.synopsis()));
        command.parameters().forEach(parameter -> synopsis.append(' ').append(parameter.synopsis()));
        return List.of(synopsis.toString());
    }

    /** The paragraphs of a description, each on one line; empty lines separate them in the source. */
    public static List<String> paragraphs(Description description) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : (description.text() + "\n\n").split("\n", -1)) {
            if (!line.isBlank()) {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
            } else if (!paragraph.isEmpty()) {
                paragraphs.add(paragraph.toString());
                paragraph.setLength(0);
            }
        }
        return paragraphs;
    }

    /** A help text, with the allowed words where they are the whole choice. */
    public static String help(String help, Values values) {
        return switch (values) {
            case Values.OfKind kind -> help;
            case Values.Choice choice -> help + ": " + String.join(", ", choice.words());
        };
    }

    /** The options that every command has besides its own. */
    public static List<OptionDeclaration> globalOptions() {
        return GlobalOptions.ALL;
    }
}
