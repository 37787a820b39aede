package dev.neon.gc;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.util.List;
import java.util.Optional;

/**
 * A timeline as reachability sees it.
 *
 * @param fork      where it was forked; empty if from nothing
 * @param snapshots in any order
 */
public record TimelineFacts(TimelineId id, Optional<Fork> fork, List<SnapshotFacts> snapshots) {
    public TimelineFacts {
        snapshots = List.copyOf(snapshots);
    }

    /**
     * Where a timeline was forked.
     *
     * @param at the last point that the two have in common
     */
    public record Fork(TimelineId parent, Lsn at) {}

    /**
     * A snapshot.
     *
     * @param lsn    the point that it holds
     * @param redo   what WAL is needed from to go on from there; before {@code lsn} where PostgreSQL replays it
     * @param parent that it lies on; empty if it stands alone
     */
    public record SnapshotFacts(Lsn lsn, Lsn redo, Optional<SnapshotName> parent) {}

    /** A snapshot's name: a timeline has one of an LSN at most. */
    public record SnapshotName(TimelineId timeline, Lsn lsn) {}
}
