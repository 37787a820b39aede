package dev.neon.cli.command.snapshot;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.snapshot.Snapshot;

/** {@code neon snapshot create}. */
public final class SnapshotCreateCommand extends Command {
    private final Flag json = json();
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Take a snapshot of a branch")
                .text("""
                        Copies the state at the end of the branch, so that a data directory can be rebuilt without replaying
                        the WAL before. A running server goes on running and writes a checkpoint; a branch that was not
                        stopped cleanly is started and stopped for it.
                        """)
                .example("neon snapshot create main", "Takes a snapshot of main.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        RefName name = Workspaces.branch(workspace, branch.get());
        TimelineId timeline = workspace.timelines().writable(name, Workspaces.timeline(workspace, name));
        Snapshot snapshot = workspace.snapshotCreation().create(timeline, name.shortName(), Workspaces.user(workspace));
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("timeline", snapshot.timeline().hex())
                    .put("lsn", snapshot.lsn().toString()).put("directory", snapshot.directory().toString())));
        } else {
            invocation.output().line("snapshot of " + name.shortName() + " at " + snapshot.lsn());
        }
        return ExitCode.OK;
    }
}
