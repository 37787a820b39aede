package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.PromisedParts;
import dev.neon.snapshot.Snapshot;
import dev.neon.sync.Backfill;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code neon backfill}. */
public final class BackfillCommand extends Command {
    private final Flag dryRun = flag("-n", "--dry-run").help("only tell how much would be fetched");
    private final Parameters<String> revisions = parameter("revision").completes(ValueKind.REVISIONS)
            .help("only what these points are made of; all if none is named").many();

    @Override
    public Description description() {
        return Description.of("Fetch what a lazy clone has left with its remote")
                .text("""
                        After 'neon clone --lazy', layers of snapshots and WAL are fetched when a command needs them. This fetches them before:
                        what some points are made of, so that these can be had without a network, or all there is. With all of it here
                        the repository is an ordinary one: nothing is asked of the remote any more, and 'neon fetch' fetches whole. What was
                        broken off goes on where it was.
                        """)
                .example("neon backfill", "Fetches all that is not here.")
                .example("neon backfill main v1", "Fetches what the end of main and the tag v1 are made of.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Lease.Span[] lines = workspace.repository().timelines().list().stream().map(Lease.Span::ofLine).toArray(Lease.Span[]::new);
        try (HeldLease _ = lines.length == 0 ? HeldLease.NONE : workspace.repository().leases().hold("backfill", lines)) {
            PromisedParts promised = workspace.snapshots().promised();
            List<PromisedPart> wanted = revisions.get().isEmpty() ? promised.missing() : ofPoints(invocation, workspace);
            long bytes = wanted.stream().mapToLong(PromisedPart::bytes).sum();
            if (dryRun.isSet()) {
                invocation.output().line("would fetch " + Sizes.bytes(bytes));
            } else if (revisions.get().isEmpty()) {
                invocation.output().note("fetched " + Sizes.bytes(new Backfill(workspace.repository(), workspace.wal()).run())
                        + "; all is here now");
            } else {
                promised.bring(wanted);
                invocation.output().note("fetched " + Sizes.bytes(bytes));
            }
        }
        return ExitCode.OK;
    }

    private List<PromisedPart> ofPoints(Invocation invocation, Workspace workspace) {
        Set<PromisedPart> wanted = new LinkedHashSet<>();
        for (String revision : revisions.get()) {
            Point point = Workspaces.point(workspace, invocation.output(), revision);
            workspace.timelines().requireThere(point);
            Snapshot base = workspace.snapshots().newestFor(point.timeline(), point.lsn()).orElseThrow();
            wanted.addAll(workspace.snapshots().promised().ofPoint(base, point.timeline(), point.lsn()));
        }
        return List.copyOf(wanted);
    }
}
