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
     * The record boundary at {@code lsn}, as the end of the record before: after it, there may be a page's header before
     * the next record, and all positions in it are the same point.
     *
     * @throws dev.neon.repo.error.InvalidInputException if {@code lsn} is inside a record or outside of
     *         the timeline's history; the message or its hint names the positions that could be meant
     */
    Lsn boundary(TimelineId timeline, Lsn lsn);
}
