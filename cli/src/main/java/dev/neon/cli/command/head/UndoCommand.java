package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Undo;
import dev.neon.compute.workspace.Workspace;

/** {@code neon undo}. */
public final class UndoCommand extends Command {
    private final Flag restart = flag("--restart").help("take servers on what is left along, on the same port");
    private final OptionalParameter<String> operation = parameter("operation")
            .help("an id of 'neon op log', or its beginning; the newest that is in force if left out").optional();

    @Override
    public Description description() {
        return Description.of("Take the last operation back")
                .text("""
                        Gives branches, tags, HEAD and stashes the values that they had before an operation: a commit, a checkout, a
                        reset, a deletion, a fetch and others. Repeated, it goes further back; 'neon redo' goes forward again, until
                        something else is done. Nothing is lost by either, and servers' data is not touched.

                        An operation that is not the last can be taken back if nothing has changed the same names since. What gc has
                        collected cannot come back ('gc.reflogExpire').
                        """)
                .example("neon undo", "Takes the last operation back.")
                .example("neon undo 3f2a", "Takes back the operation whose id begins like this.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.INVALID_INPUT,
                        ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Undo.Done done = new Undo(workspace, HeadText.isRestart(restart, workspace)).undo(operation.get());
        OperationText.done(invocation, workspace, "Took back", done);
        return ExitCode.OK;
    }
}
