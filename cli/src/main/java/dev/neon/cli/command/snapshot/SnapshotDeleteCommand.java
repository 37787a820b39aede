package dev.neon.cli.command.snapshot;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;

/** {@code neon snapshot delete}. */
public final class SnapshotDeleteCommand extends Command {
    private final Parameter<String> snapshot = parameter("snapshot").completes(ValueKind.SNAPSHOTS)
            .help("<branch>@<lsn> or <timeline-id>@<lsn>, as 'neon snapshot list' shows them").required();

    @Override
    public Description description() {
        return Description.of("Delete a snapshot")
                .text("""
                        No point of the history is lost: rebuilding those after the snapshot replays more WAL. The first
                        snapshot of a history cannot be deleted.
                        """)
                .example("neon snapshot delete main@0/15ECF68", "Deletes the snapshot of main at that LSN.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        int at = snapshot.get().lastIndexOf('@');
        if (at < 1) {
            throw new InvalidInputException("'" + snapshot.get() + "' does not name a snapshot",
                    "Write <branch>@<lsn>, for example main@0/15ECF68.");
        }
        TimelineId timeline = workspace.resolver().resolve(snapshot.get().substring(0, at)).timeline();
        Lsn lsn = Lsn.parse(snapshot.get().substring(at + 1));
        workspace.instances().whileUnchanged(timeline, server -> {
            workspace.snapshots().delete(timeline, lsn);
            return server;
        });
        invocation.output().line("deleted snapshot " + snapshot.get());
        return ExitCode.OK;
    }
}
