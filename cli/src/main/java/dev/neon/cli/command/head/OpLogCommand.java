package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;

/** {@code neon op log}. */
public final class OpLogCommand extends Command {
    private final Option<Integer> limit = option("-n", "--max-count").label("number").help("show so many").integer(0);
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("List the operations on all refs")
                .text("""
                        Lists what changed branches, tags, HEAD and others, the newest first: id, time, who, and what was run. An
                        undo is an operation, too.
                        """)
                .example("neon op log -n 5", "Shows the last five.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.NOT_FOUND, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        OperationText.list(invocation, workspace, workspace.repository().log().read(), limit.get(), json.isSet(), (screen, operations) ->
                operations.forEach(operation -> screen.line(OperationText.line(operation, invocation, screen))));
        return ExitCode.OK;
    }
}
