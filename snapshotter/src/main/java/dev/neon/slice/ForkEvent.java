package dev.neon.slice;

import dev.neon.repo.layer.ForkKey;
import dev.neon.state.BlockRange;

/**
 * What a record does to a fork as a whole. It comes before what the same record does to pages of the fork.
 */
sealed interface ForkEvent {
    /** The start of the record. */
    long start();

    /** The end of the record: from here on the fork is so. */
    long end();

    /** Whether a block is no longer what it was before. */
    boolean affects(int block);

    /** All blocks from {@code blocks} on go, so all of them if that is 0. */
    record Truncated(long start, long end, int blocks) implements ForkEvent {
        @Override
        public boolean affects(int block) {
            return Integer.compareUnsigned(block, blocks) >= 0;
        }
    }

    /** Some blocks go. */
    record Removed(long start, long end, BlockRange gone) implements ForkEvent {
        @Override
        public boolean affects(int block) {
            return gone.contains(block);
        }
    }

    /** The fork is made as a copy of another as that is before the record. */
    record Copied(long start, long end, ForkKey from, int blocks) implements ForkEvent {
        @Override
        public boolean affects(int block) {
            return Integer.compareUnsigned(block, blocks) < 0;
        }
    }
}
