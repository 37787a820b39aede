package dev.neon.repo.layer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All layers of one snapshot, as if they were one. Thread-safe. Indexes are read when they are first needed; nothing has
 * to be closed.
 */
public final class SnapshotLayers {
    private SnapshotLayers() {
        throw new UnsupportedOperationException();
    }

    /** @param directory the snapshot's */
    public static SnapshotLayers open(Path directory, SnapshotManifest manifest, LayerCache cache) {
        throw new UnsupportedOperationException();
    }

    /** The sections that have entries in the snapshot, in their order. */
    public List<Section> sections() {
        throw new UnsupportedOperationException();
    }

    /** As {@link LayerReader#newest}. */
    public Optional<PageVersion> newest(ForkKey fork, int block, long lsn) {
        throw new UnsupportedOperationException();
    }

    /** As {@link LayerReader#scan}. */
    public SectionCursor scan(Section section, long lsn) {
        throw new UnsupportedOperationException();
    }
}
