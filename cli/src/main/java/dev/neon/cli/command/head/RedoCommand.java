package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Undo;
import dev.neon.compute.workspace.Workspace;

/** {@code neon redo}. */
public final class RedoCommand extends Command {
    private final Flag restart = flag("--restart").help("take servers on what is left along, on the same port");

    @Override
    public Description description() {
        return Description.of("Repeat what was taken back last")
                .text("Repeats the operation that 'neon undo' took back last, as long as nothing else was done since.")
                .example("neon redo", "Goes forward again.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.INVALID_INPUT,
                        ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        OperationText.done(invocation, workspace, "Repeated", new Undo(workspace, HeadText.isRestart(restart, workspace)).redo());
        return ExitCode.OK;
    }
}
