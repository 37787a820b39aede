package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.time.Instant;

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

    /**
     * The boundary before the first commit or abort that came after {@code time}; the end if there was none. Where
     * PostgreSQL stops at {@code recovery_target_time}.
     *
     * @throws dev.neon.repo.error.InvalidInputException if that is before the history begins
     */
    Lsn atTime(TimelineId timeline, Instant time);

    /**
     * The end of a transaction's commit or abort; a subtransaction without one ends with the transaction above it.
     *
     * @param xid unsigned; of 32 bits the newest transaction that has them, or with its epoch in the upper half
     * @throws dev.neon.repo.error.NotFoundException if it has not ended in this history; the message says why
     */
    Lsn afterTransaction(TimelineId timeline, long xid);

    /**
     * The end of the record of a restore point, the newest of this name.
     *
     * @throws dev.neon.repo.error.NotFoundException if there is none; the hint has the names that are near
     */
    Lsn restorePoint(TimelineId timeline, String name);
}
