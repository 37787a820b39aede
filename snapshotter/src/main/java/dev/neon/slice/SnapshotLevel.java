package dev.neon.slice;

import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.SnapshotLayers;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;

/**
 * One snapshot of a chain.
 *
 * @param metadata at its LSN; not to be changed
 */
record SnapshotLevel(ClusterMetadata metadata, SnapshotLayers layers) {
    /** Whether a fork has a block at the snapshot's LSN; what an older snapshot says of others is of another time. */
    static boolean has(ClusterMetadata metadata, ForkKey fork, int block) {
        if (fork.relation().tablespace() != 0) {
            return Integer.compareUnsigned(block, metadata.blocks(fork)) < 0;
        }
        for (BlockRange range : metadata.ranges(fork)) {
            if (range.contains(block)) {
                return true;
            }
        }
        return false;
    }

    boolean has(ForkKey fork, int block) {
        return has(metadata, fork, block);
    }
}
