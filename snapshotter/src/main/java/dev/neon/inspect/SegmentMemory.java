package dev.neon.inspect;

import dev.neon.repo.verified.Seam;
import java.util.Optional;

/** What is known of segments from an earlier verification, and is told of what this one finds whole. */
public interface SegmentMemory {
    /** Knows nothing and keeps nothing. */
    SegmentMemory NONE = new SegmentMemory() {
        @Override
        public Optional<Known> known(long segment, Seam before) {
            return Optional.empty();
        }

        @Override
        public boolean mayBeKnown(long segment) {
            return false;
        }

        @Override
        public void verified(long segment, Seam before, Seam after, boolean isComplete) {}
    };

    /**
     * A segment that need not be read.
     *
     * @param after      where reading goes on
     * @param isComplete whether that is behind its end; else WAL ended in it, and may go on there by now
     */
    record Known(Seam after, boolean isComplete) {}

    /**
     * Whether a segment was verified and is unchanged.
     *
     * @param segment its number
     * @param before  where reading comes to it
     */
    Optional<Known> known(long segment, Seam before);

    /** Whether a segment is known to its end, if reading comes to it as it did before. */
    boolean mayBeKnown(long segment);

    /** Told of a segment in which nothing is damaged, up to where reading went on. */
    void verified(long segment, Seam before, Seam after, boolean isComplete);
}
