package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/** What only a reader of WAL knows about a timeline. */
public interface WalPositions {
    /** The end of the timeline's last whole record; its fork point if it has none of its own. */
    Lsn end(TimelineId timeline);

    /** The earliest point of the timeline that can still be had. */
    Lsn first(TimelineId timeline);

    /**
     * Checks that a record ends or begins at {@code lsn}.
     *
     * @throws dev.neon.repo.error.InvalidInputException if not; the hint names the boundaries on both sides
     */
    void requireBoundary(TimelineId timeline, Lsn lsn);
}
