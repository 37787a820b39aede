package dev.neon.ancestry;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * A point as repositories tell it to each other: never below the fork of its timeline, and never at it.
 *
 * @param lsn the end of the last record that belongs to the point
 */
public record Tip(TimelineId timeline, Lsn lsn) {
    // The first equals and hashCode that a record makes for itself take tens of milliseconds of a short fetch.

    @Override
    public boolean equals(Object other) {
        return other instanceof Tip tip && timeline.equals(tip.timeline) && lsn.equals(tip.lsn);
    }

    @Override
    public int hashCode() {
        return 31 * timeline.hashCode() + lsn.hashCode();
    }

    @Override
    public String toString() {
        return timeline + "@" + lsn;
    }
}
