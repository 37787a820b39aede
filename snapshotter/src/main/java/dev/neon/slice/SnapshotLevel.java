package dev.neon.slice;

import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.SnapshotLayers;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.state.ClusterMetadata;

/**
 * One snapshot of a chain.
 *
 * @param metadata at its LSN; not to be changed
 * @param manifest says what the layers have
 */
record SnapshotLevel(ClusterMetadata metadata, SnapshotManifest manifest, SnapshotLayers layers) {
    /** Whether the fork has the block at the snapshot's LSN; what older snapshots have of others is of another time. */
    boolean has(ForkKey fork, int block) {
        return SnapshotPages.has(metadata, fork, block);
    }
}
