package dev.neon.slice;

/**
 * Goes through the pages of a section that anything was written to, blocks ascending (unsigned); all others of the fork's
 * blocks are zeros. Stands before the first to begin with. Used by one thread; to be closed.
 */
public interface PageScan extends AutoCloseable {
    /** One without pages. */
    PageScan EMPTY = new PageScan() {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public int block() {
            throw new IllegalStateException("no block");
        }

        @Override
        public void read(byte[] page) {
            throw new IllegalStateException("no block");
        }

        @Override
        public void close() {}
    };

    /** Goes to the next block; false at the end. */
    boolean next();

    /** The current block, unsigned. */
    int block();

    /**
     * Makes the current block's page.
     *
     * @param page 8192 bytes, all of which are written
     * @throws dev.neon.repo.error.CorruptFileException if a file is damaged that the page needs
     */
    void read(byte[] page);

    @Override
    void close();
}
