package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.HelpText;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.repo.revision.NearNames;
import java.util.List;

/** {@code neon help [<command>]}. */
final class HelpCommand extends Command {
    private final Parameters<String> words =
            parameter("command").help("the command to read about").completes(ValueKind.COMMAND).many();

    @Override
    public Description description() {
        return Description.of("Show help about neon or a command")
                .text("Without a command, lists all commands. The same pages are installed as man pages.")
                .example("neon help version", "Shows the help of 'neon version', as 'neon version --help' does.");
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        HelpText help = new HelpText(invocation.tree());
        invocation.output().text(words.get().isEmpty() ? help.overview() : about(help, invocation.tree()));
        return ExitCode.OK;
    }

    private String about(HelpText help, CommandTree tree) {
        String path = String.join(" ", words.get());
        for (CommandTree.Node node : tree.nodes()) {
            if (node instanceof CommandTree.Group group && group.name().equals(path)) {
                return help.group(group);
            }
        }
        return tree.leaves().stream().filter(leaf -> leaf.path().equals(path)).findFirst()
                .map(leaf -> help.command(leaf, leaf.factory().get()))
                .orElseThrow(() -> unknown(path, tree.leaves().stream().map(CommandTree.Leaf::path).toList()));
    }

    private static UsageException unknown(String path, List<String> known) {
        return new UsageException("unknown command '" + path + "'",
                NearNames.hint(path, known).orElse("Run 'neon help' to list the commands."));
    }
}
