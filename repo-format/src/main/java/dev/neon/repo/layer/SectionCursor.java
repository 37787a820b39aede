package dev.neon.repo.layer;

/**
 * Goes through the pages of a section, blocks ascending (unsigned): of each the newest version at or below an LSN, or
 * all versions. Stands before the first to begin with. Used by one thread; to be closed.
 */
public interface SectionCursor extends PageVersion, AutoCloseable {
    /** Goes to the next block that has a version, or to the next version; false at the end. */
    boolean next();

    /**
     * Goes to the first block from one on that has a version; false if there is none. Of what is passed over, as little
     * as may be is read.
     *
     * @param block is behind the current one
     */
    boolean seek(int block);

    /** The current block, unsigned. */
    int block();

    @Override
    void close();
}
