package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/** Tells whether something was done in a stretch of a timeline's WAL, which only a reader of WAL knows. */
@FunctionalInterface
public interface WorkBetween {
    /**
     * Whether a transaction has done something there.
     *
     * @param from exclusive
     * @param to   inclusive
     */
    boolean isAny(TimelineId timeline, Lsn from, Lsn to);
}
