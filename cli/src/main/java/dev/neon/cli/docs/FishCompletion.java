package dev.neon.cli.docs;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandPage;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.OptionDeclaration;
import dev.neon.cli.framework.ParameterDeclaration;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.framework.Values;

/** Completion for fish 3, whose completions are a line each. */
final class FishCompletion {
    private static final String HEAD = """
            # fish completion of neon; made from the declarations of its commands, do not edit.
            function __neon_at --description 'whether exactly these words stand before the one being completed, or more'
                set -l words (commandline -opc | string match -v -- '-*')
                test (count $words) -gt (count $argv); or return 1
                test (count $argv) -eq 0; and return 0
                test "$words[2..(math 1 + (count $argv))]" = "$argv"
            end
            function __neon_needs_command --description 'whether a command is due after these words'
                set -l words (commandline -opc | string match -v -- '-*')
                test (count $words) -eq (math 1 + (count $argv)); and __neon_at $argv
            end
            complete -c neon -f
            """;

    private final CommandTree tree;
    private final StringBuilder text = new StringBuilder(HEAD);

    FishCompletion(CommandTree tree) {
        this.tree = tree;
    }

    String script() {
        text.setLength(HEAD.length());
        CommandPage.globalOptions().forEach(option -> option("", option));
        for (CommandTree.Node node : tree.nodes()) {
            word("__neon_needs_command", node);
            switch (node) {
                case CommandTree.Leaf leaf -> command(leaf);
                case CommandTree.Group group -> {
                    for (CommandTree.Leaf leaf : group.leaves()) {
                        word("__neon_needs_command " + group.name(), leaf);
                        command(leaf);
                    }
                }
            }
        }
        return text.toString();
    }

    private void word(String condition, CommandTree.Node node) {
        text.append("complete -c neon -n ").append(quote(condition)).append(" -a ").append(node.name())
                .append(" -d ").append(quote(ShellTables.summary(node))).append('\n');
    }

    private void command(CommandTree.Leaf leaf) {
        Command command = leaf.factory().get();
        String condition = " -n " + quote("__neon_at " + leaf.path());
        command.options().forEach(option -> option(condition, option));
        for (ParameterDeclaration parameter : command.parameters()) {
            String values = values(parameter.values());
            if (!values.isEmpty()) {
                text.append("complete -c neon").append(condition).append(values)
                        .append(" -d ").append(quote(parameter.help())).append('\n');
            }
        }
    }

    private void option(String condition, OptionDeclaration option) {
        text.append("complete -c neon").append(condition);
        for (String name : option.names()) {
            text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        text.append(option.takesValue() ? " -x" + values(option.values()) : "")
                .append(" -d ").append(quote(option.help())).append('\n');
    }

    private String values(Values values) {
        return switch (values) {
            case Values.Choice choice -> " -a " + quote(String.join(" ", choice.words()));
            case Values.OfKind(ValueKind kind) -> switch (kind) {
                case TEXT -> "";
                case FILE -> " -F";
                case DIRECTORY -> " -a '(__fish_complete_directories)'";
                case COMMAND -> " -a " + quote(String.join(" ",
                        tree.nodes().stream().map(CommandTree.Node::name).toList()));
                case BRANCHES, TAGS, REVISIONS, RUNNING, TIMELINES, REMOTES, SNAPSHOTS ->
                        " -a " + quote("(neon __complete " + kind.word() + " 2>/dev/null)");
            };
        };
    }

    /** In single quotes, for fish, where a backslash escapes within them. */
    private static String quote(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
