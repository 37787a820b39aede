package dev.neon.slice;

/**
 * Pages of one section that are at hand as they were at an earlier point, or may have been: a server has changed some without
 * telling WAL. Whoever reads one checks that it is the one that is wanted. Used by one thread.
 */
@FunctionalInterface
public interface EarlierPages {
    /** None are at hand. */
    EarlierPages NONE = (_, _) -> false;

    /**
     * Reads a page.
     *
     * @param block unsigned; ascends from call to call
     * @param page  8192 bytes; what they are if the result is false is undefined
     * @return whether there is one
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    boolean read(int block, byte[] page);
}
