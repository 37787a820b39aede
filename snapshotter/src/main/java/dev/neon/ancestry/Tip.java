package dev.neon.ancestry;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * A point as repositories tell it to each other: never below the fork of its timeline, and never at it.
 *
 * @param lsn the end of the last record that belongs to the point
 */
public record Tip(TimelineId timeline, Lsn lsn) {
    @Override
    public String toString() {
        return timeline + "@" + lsn;
    }
}
