package dev.neon.compute.difference;

import dev.neon.compute.workspace.Workspace;
import dev.neon.difference.WalChanges;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Optional;

/**
 * What WAL tells of two points: what happened from their common one to each of them. No server is needed for it.
 *
 * @param common    where their histories part
 * @param fromBytes of WAL from there to the first
 * @param toBytes   likewise to the second
 * @param databases in which something happened, by name
 * @param shared    whether rows of catalogs were changed that all databases share: roles, databases, tablespaces
 */
public record ClusterDifference(Point from, Point to, Point common, long fromBytes, long toBytes,
        List<DatabaseDifference> databases, boolean shared) {
    public ClusterDifference {
        databases = List.copyOf(databases);
    }

    /**
     * Reads the WAL of both, and the catalogs of databases in which something happened.
     *
     * @throws NotFoundException                           if their timelines have nothing in common, or WAL is missing
     * @throws dev.neon.repo.error.CorruptFileException    if a snapshot or WAL is damaged
     * @throws dev.neon.repo.error.UnsupportedException    if there are only copies of running servers
     * @throws dev.neon.repo.error.UnsupportedWalException if the WAL has records of a form that is not known
     */
    public static ClusterDifference of(Workspace workspace, Point from, Point to) {
        Point common = CommonPoint.of(workspace.repository(), from, to).orElseThrow(() -> new NotFoundException(
                "the two points have no history in common", "Name tables after '--' to compare their rows."));
        try (HeldLease _ = lease(workspace, from); HeldLease _ = lease(workspace, to);
                Side first = Side.open(workspace, true, from); Side second = Side.open(workspace, false, to);
                Side base = Side.open(workspace, true, common)) {
            requireWal(workspace, from, common);
            requireWal(workspace, to, common);
            long nextXid = base.pages().metadata().counters().nextXid();
            Both<Side> sides = new Both<>(first, second);
            Both<WalChanges> changes = Both.of(sides, side -> BlockChoice.changes(workspace, side.point(), common.lsn(), nextXid));
            DifferenceNames names = new DifferenceNames(sides, base);
            return new ClusterDifference(from, to, common, from.lsn().minus(common.lsn()), to.lsn().minus(common.lsn()),
                    names.databases(changes), names.isSharedChanged(changes));
        }
    }

    private static void requireWal(Workspace workspace, Point point, Point common) {
        if (!workspace.wal().isThere(point.timeline(), common.lsn(), point.lsn())) {
            throw new NotFoundException("the WAL from " + common.lsn() + " to " + point.lsn() + " is not there any more",
                    "Name tables after '--' to compare their rows, or use '--schema' with '-d'.");
        }
    }

    private static HeldLease lease(Workspace workspace, Point point) {
        return workspace.repository().leases().holdForReading("diff", Lease.Span.ofPoint(point.timeline(), point.lsn()));
    }

    /** Whether anything may differ, other than by vacuum and the like. */
    public boolean isDifferent() {
        return shared || databases.stream().anyMatch(DatabaseDifference::isDifferent);
    }

    /** The database of a name, if something happened in it. */
    public Optional<DatabaseDifference> database(String name) {
        return databases.stream().filter(database -> database.name().equals(name)).findFirst();
    }
}
