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
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import dev.neon.snapshot.LayeredSnapshots;
import dev.neon.snapshot.Snapshot;

/** {@code neon snapshot create}. */
public final class SnapshotCreateCommand extends Command {
    private final Flag json = json();
    private final Flag full = flag("--full").help("all pages: a snapshot that lies on no other");
    private final Flag lastOnly = flag("--last-only")
            .help("only the last version of each page: smaller, but points before it are read from WAL alone");
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Take a snapshot of a branch")
                .text("""
                        Keeps the state at the end of the branch, so that a data directory can be made without replaying the
                        WAL before. The pages that have changed since the last snapshot are made from WAL alone, beside a
                        running server and without its knowing. After eight such snapshots, or where together they have
                        outgrown the full one that they lie on, the next has all that has changed since the full one; where
                        that is much, a full one is made.

                        Where WAL has records of an extension's own resource manager, and in a repository of format version
                        1, the data directory is copied instead: a running server goes on running and writes a checkpoint; a
                        branch that was not stopped cleanly is started and stopped for it.
                        """)
                .example("neon snapshot create main", "Keeps what has changed since the last snapshot of main.")
                .example("neon snapshot create --full main", "Keeps all pages.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        RefName name = Workspaces.branch(workspace, branch.get());
        TimelineId timeline = workspace.timelines().writable(name, Workspaces.timeline(workspace, name));
        Snapshot snapshot = workspace.snapshotCreation().create(timeline, name.shortName(),
                Workspaces.user(workspace), wish());
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("timeline", snapshot.timeline().hex())
                    .put("lsn", snapshot.lsn().toString()).put("directory", snapshot.directory().toString())));
        } else {
            invocation.output().line("snapshot of " + name.shortName() + " at " + snapshot.lsn());
        }
        return ExitCode.OK;
    }

    private LayeredSnapshots.Wish wish() {
        if (full.isSet() && lastOnly.isSet()) {
            throw new InvalidInputException("--full and --last-only exclude each other",
                    "A full snapshot has only the last version of each page.");
        }
        return full.isSet() ? LayeredSnapshots.Wish.IMAGE
                : lastOnly.isSet() ? LayeredSnapshots.Wish.LAST_VERSIONS : LayeredSnapshots.Wish.HISTORY;
    }
}
