package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.WalPositions;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalPosition;
import java.time.Instant;
import java.util.Optional;

/** What revisions need to know of WAL. */
public final class TimelinePositions implements WalPositions {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;

    public TimelinePositions(Repository repository, RepositoryWal wal, SnapshotStore snapshots) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
    }

    @Override
    public Lsn end(TimelineId timeline) {
        return wal.end(timeline);
    }

    /** The oldest point that can be rebuilt: that of the oldest snapshot that is left of the line. */
    @Override
    public Lsn first(TimelineId timeline) {
        return oldest(timeline).lsn();
    }

    private Snapshot oldest(TimelineId timeline) {
        for (Ancestor ancestor : repository.timelines().history(timeline).ancestors()) {
            Optional<Snapshot> oldest = snapshots.list(ancestor.timeline()).stream().findFirst()
                    .filter(snapshot -> !snapshot.lsn().isAfter(ancestor.forkPoint()));
            if (oldest.isPresent()) {
                return oldest.get();
            }
        }
        return snapshots.list(timeline).stream().findFirst().orElseThrow(() -> new NotFoundException(
                "timeline '" + timeline + "' has no snapshot, nor has any that it descends from",
                "Nothing of its history can be rebuilt."));
    }

    @Override
    public Lsn boundary(TimelineId timeline, Lsn lsn) {
        return switch (RecordBoundaries.of(wal.source(timeline), wal.end(timeline)).locate(lsn)) {
            case WalPosition.Boundary boundary -> boundary.lsn();
            case WalPosition.Inside inside -> throw new InvalidInputException(
                    "LSN " + lsn + " is inside a WAL record", "The record begins at " + inside.before()
                            + " and ends at " + inside.after() + "; name one of these.");
            case WalPosition.BeyondEnd beyond -> throw new InvalidInputException(
                    "LSN " + lsn + " is beyond the end of WAL", "The timeline ends at " + beyond.end() + ".");
            case WalPosition.BeforeHistory before -> throw new InvalidInputException(
                    "LSN " + lsn + " is before the history", "The oldest WAL begins at " + before.begin() + ".");
        };
    }

    /**
     * The last boundary at or below a position in the WAL of a timeline.
     *
     * @throws InvalidInputException as {@link #boundary}, but for one that is inside a record
     */
    public Lsn boundaryBelow(TimelineId timeline, Lsn lsn) {
        return RecordBoundaries.of(wal.source(timeline), wal.end(timeline)).locate(lsn)
                instanceof WalPosition.Inside inside ? inside.before() : boundary(timeline, lsn);
    }

    @Override
    public Lsn atTime(TimelineId timeline, Instant time) {
        return boundary(timeline, moments(timeline).atTime(time));
    }

    @Override
    public Lsn afterTransaction(TimelineId timeline, long xid) {
        return moments(timeline).afterTransaction(xid);
    }

    @Override
    public Lsn restorePoint(TimelineId timeline, String name) {
        return moments(timeline).restorePoint(name);
    }

    private TimelineMoments moments(TimelineId timeline) {
        Snapshot oldest = oldest(timeline);
        return new TimelineMoments(repository, timeline, wal, oldest, snapshots.time(oldest));
    }
}
