package dev.neon.fsck;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.util.Optional;

/** From where on the points of a branch are needed. What is before may have been collected, and is not missed. */
@FunctionalInterface
public interface NeededPoints {
    /** All from the oldest snapshot on. */
    NeededPoints ALL = (ref, timeline) -> Optional.empty();

    /**
     * The first point that is needed.
     *
     * @param ref      its name in full
     * @param timeline that it names
     * @return empty for the oldest one that there is a snapshot for
     */
    Optional<Lsn> from(String ref, TimelineId timeline);
}
