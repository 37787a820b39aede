package dev.neon.repo.layer;

/**
 * The difference of two pages of 8192 bytes, in few bytes. Used by one thread at a time, again and again; it allocates
 * nothing after its first use.
 */
public final class PagePatch {
    /** The length of a page. */
    public static final int PAGE = 8192;

    /**
     * Writes what makes {@code after} of {@code before}.
     *
     * @return the patch's length, or -1 if it would be longer than {@code limit}
     */
    public int encode(byte[] before, byte[] after, byte[] patch, int offset, int limit) {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes a page as a patch says.
     *
     * @param page the patch's {@code before}, afterwards its {@code after}
     * @return the patch's length, or -1 if the bytes are no patch; the page's content is undefined then
     */
    public int apply(byte[] patch, int offset, int end, byte[] page) {
        throw new UnsupportedOperationException();
    }
}
