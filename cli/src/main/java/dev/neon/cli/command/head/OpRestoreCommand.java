package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Undo;
import dev.neon.compute.workspace.Workspace;

/** {@code neon op restore}. */
public final class OpRestoreCommand extends Command {
    private final Flag restart = flag("--restart").help("take servers on what is left along, on the same port");
    private final Parameter<String> id = parameter("operation").help("an id of 'neon op log', or its beginning").required();

    @Override
    public Description description() {
        return Description.of("Bring all refs back to what they were after an operation")
                .text("""
                        Gives all branches, tags, HEAD and stashes the values that they had when an operation was done. That is an
                        operation, too: 'neon undo' takes it back.
                        """)
                .example("neon op restore 3f2a", "Goes back to the operation whose id begins like this.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.INVALID_INPUT,
                        ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        OperationText.done(invocation, workspace, "Back at",
                new Undo(workspace, HeadText.isRestart(restart, workspace)).restore(id.get()));
        return ExitCode.OK;
    }
}
