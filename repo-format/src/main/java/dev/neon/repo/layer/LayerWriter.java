package dev.neon.repo.layer;

import dev.neon.repo.files.FileSteps;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes page versions into layer files, which it begins and closes as they fill up. Used by one thread; its memory is a
 * few MiB however much is written.
 *
 * <p>Sections come in any order, each of them once among all writers of a snapshot. Within a section, blocks ascend
 * (unsigned), and so do the LSNs of a block. For each block:
 * <pre>
 * writer.begin(new Section(fork, segment));
 * writer.base(page);                  if the parent has the block: what it reads there
 * writer.version(block, lsn, page);   for each version
 * </pre>
 * A version is written as the cheaper of an image and a patch to the version before, or to the base. A block without a
 * base begins with an image. Pages are copied, so the caller may change its own in place from version to version.
 *
 * <p>Files are not synced: whoever makes the snapshot's directory syncs and renames it as a whole.
 */
public final class LayerWriter implements AutoCloseable {
    /**
     * @param directory exists; the files are created in it
     * @param fileNames numbers the files; shared by all writers of a snapshot
     */
    public LayerWriter(FileSteps steps, Path directory, AtomicInteger fileNames, LayerOptions options) {
        throw new UnsupportedOperationException();
    }

    /** Begins a section; what was said of the one before is complete. */
    public void begin(Section section) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says what a reader has for the next block before the first version that follows, from the parent. Without it that
     * version does not need the parent.
     *
     * @param page 8192 bytes
     */
    public void base(byte[] page) {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds a version of a page.
     *
     * @param block in the fork, unsigned; of the section that was begun
     * @param lsn   from which on the page is this, unsigned; in an image snapshot any that is not above the snapshot's
     * @param page  8192 bytes
     * @throws IllegalArgumentException if the block is not of the section or the order is broken
     * @throws dev.neon.repo.error.StorageFailedException if the file cannot be written
     */
    public void version(int block, long lsn, byte[] page) {
        throw new UnsupportedOperationException();
    }

    /** Writes what is left and says which files there are, in the order of their names. Nothing may be added then. */
    public List<LayerFile> finish() {
        throw new UnsupportedOperationException();
    }

    /** Gives memory back. Without {@link #finish}, what was written is of no use. */
    @Override
    public void close() {}
}
