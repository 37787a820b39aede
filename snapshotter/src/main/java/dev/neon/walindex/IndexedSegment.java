package dev.neon.walindex;

import dev.neon.repo.walindex.SegmentDetails;
import dev.neon.repo.walindex.SegmentSummary;
import java.util.function.Supplier;

/**
 * What the index knows of a segment.
 *
 * @param lazyDetails read when they are asked for, and then every time
 */
public record IndexedSegment(SegmentSummary summary, Supplier<SegmentDetails> lazyDetails) {
    /** What is in it one by one; of transactions those only that the segment alone does not tell. */
    public SegmentDetails details() {
        return lazyDetails.get();
    }
}
