package dev.neon.cli.docs;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandPage;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.OptionDeclaration;
import dev.neon.cli.framework.ParameterDeclaration;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.framework.Values;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The declarations as functions that bash and zsh both understand; what is left to each is to walk the words. What a
 * value may be is told in a line: {@code words a b c}, {@code live <kind>}, {@code command}, {@code file},
 * {@code directory} or {@code text}.
 */
final class ShellTables {
    private final CommandTree tree;

    ShellTables(CommandTree tree) {
        this.tree = tree;
    }

    String functions() {
        return commands() + options() + optionValues() + parameters();
    }

    /** {@code __neon_commands <group>}: the words that may follow, with their summaries after a colon. */
    private String commands() {
        StringBuilder text = new StringBuilder("__neon_commands() {\n    case \"$1\" in\n");
        lines(text, "''", tree.nodes().stream().map(ShellTables::entry).toList());
        for (CommandTree.Node node : tree.nodes()) {
            if (node instanceof CommandTree.Group group) {
                lines(text, quote(group.name()), group.leaves().stream().map(ShellTables::entry).toList());
            }
        }
        return text.append("    esac\n}\n").toString();
    }

    /** {@code __neon_options <command>}: its options, with their help after a colon. */
    private String options() {
        StringBuilder text = new StringBuilder("__neon_options() {\n    case \"$1\" in\n");
        for (CommandTree.Leaf leaf : tree.leaves()) {
            List<OptionDeclaration> options = leaf.factory().get().options();
            if (!options.isEmpty()) {
                lines(text, quote(leaf.path()), entries(options));
            }
        }
        text.append("    esac\n    printf '%s\\n'");
        entries(CommandPage.globalOptions()).forEach(entry -> text.append(" \\\n        ").append(quote(entry)));
        return text.append("\n}\n").toString();
    }

    /** {@code __neon_option_value <command> <option>}: what follows the option; nothing if nothing does. */
    private String optionValues() {
        StringBuilder text = new StringBuilder("__neon_option_value() {\n    case \"$1 $2\" in\n");
        for (CommandTree.Leaf leaf : tree.leaves()) {
            values(text, quote(leaf.path()), leaf.factory().get().options());
        }
        values(text, "*", CommandPage.globalOptions());
        return text.append("    esac\n}\n").toString();
    }

    private static void values(StringBuilder text, String command, List<OptionDeclaration> options) {
        for (OptionDeclaration option : options) {
            if (option.takesValue()) {
                String patterns = option.names().stream().map(name -> command + quote(' ' + name))
                        .collect(Collectors.joining("|"));
                echo(text, patterns, of(option.values()));
            }
        }
    }

    /** {@code __neon_parameter <command> <index>}: what the parameter may be, counted from 0. */
    private String parameters() {
        StringBuilder text = new StringBuilder("__neon_parameter() {\n    case \"$1 $2\" in\n");
        for (CommandTree.Leaf leaf : tree.leaves()) {
            Command command = leaf.factory().get();
            int index = 0;
            for (ParameterDeclaration parameter : command.parameters()) {
                boolean single = parameter.shape() == ParameterDeclaration.Shape.REQUIRED
                        || parameter.shape() == ParameterDeclaration.Shape.OPTIONAL;
                echo(text, single ? quote(leaf.path() + ' ' + index) : quote(leaf.path() + ' ') + '*',
                        of(parameter.values()));
                index++;
            }
        }
        return text.append("    esac\n}\n").toString();
    }

    private static List<String> entries(List<OptionDeclaration> options) {
        return options.stream()
                .flatMap(option -> option.names().stream().map(name -> name + ':' + option.help())).toList();
    }

    private static String entry(CommandTree.Node node) {
        return node.name() + ':' + summary(node);
    }

    static String summary(CommandTree.Node node) {
        return switch (node) {
            case CommandTree.Leaf leaf -> leaf.factory().get().description().summary();
            case CommandTree.Group group -> group.summary();
        };
    }

    private static void lines(StringBuilder text, String pattern, List<String> lines) {
        text.append("        ").append(pattern).append(") printf '%s\\n'");
        lines.forEach(line -> text.append(" \\\n            ").append(quote(line)));
        text.append(" ;;\n");
    }

    private static void echo(StringBuilder text, String pattern, String words) {
        text.append("        ").append(pattern).append(") echo ").append(quote(words)).append(" ;;\n");
    }

    private static String of(Values values) {
        return switch (values) {
            case Values.Choice choice -> "words " + String.join(" ", choice.words());
            case Values.OfKind(ValueKind kind) -> kind.isLive() ? "live " + kind.word() : kind.word();
        };
    }

    /** In single quotes, for the shell. */
    static String quote(String text) {
        return '\'' + text.replace("'", "'\\''") + '\'';
    }
}
