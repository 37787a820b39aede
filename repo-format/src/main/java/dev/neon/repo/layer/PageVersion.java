package dev.neon.repo.layer;

/** What one layer has of a page at an LSN: an image, patches, or both. */
public interface PageVersion {
    /** The LSN from which on the page is this, unsigned. */
    long lsn();

    /** Whether it is all patches, so that {@link #rebuild} begins with the page that the parent has. */
    boolean needsBase();

    /**
     * Whether a page is the one that {@link #rebuild} begins with, by its CRC-32C; false if it begins with none.
     *
     * @param page 8192 bytes, any
     */
    boolean liesOn(byte[] page);

    /**
     * Makes the page.
     *
     * @param page 8192 bytes: the parent's page if {@link #needsBase}, else anything; afterwards this version
     * @throws dev.neon.repo.error.CorruptFileException if a patch cannot be one; the page's content is undefined then
     */
    void rebuild(byte[] page);
}
