package dev.neon.repo.layer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads one layer file. Thread-safe. The index is read once, into memory in proportion to the file; the file is opened
 * for each frame that is not in the cache, and no descriptor is kept.
 */
public final class LayerReader {
    private LayerReader() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a layer's index.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if it is damaged
     * @throws dev.neon.repo.error.FormatTooNewException  if a newer neon wrote it
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    public static LayerReader open(Path file, LayerCache cache) {
        throw new UnsupportedOperationException();
    }

    /** The sections that have entries here, in their order. */
    public List<Section> sections() {
        throw new UnsupportedOperationException();
    }

    /**
     * The newest version of a page at or below an LSN, as far as this layer has one. At most one frame is read.
     *
     * @param block unsigned
     * @param lsn   inclusive, unsigned
     */
    public Optional<PageVersion> newest(ForkKey fork, int block, long lsn) {
        throw new UnsupportedOperationException();
    }

    /**
     * Goes through a section, in the file's order and past the cache.
     *
     * @param lsn inclusive, unsigned
     * @return without a page if there is nothing of the section here
     */
    public SectionCursor scan(Section section, long lsn) {
        throw new UnsupportedOperationException();
    }
}
