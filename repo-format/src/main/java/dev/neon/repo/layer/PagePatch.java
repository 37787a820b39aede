package dev.neon.repo.layer;

import java.util.Arrays;

/**
 * The difference of two pages of 8192 bytes: what makes one of the other, in few bytes. {@link PagePatchEncoder} writes
 * it.
 * <pre>
 * varint  operations × 4 + hole × 2 + form     operations: their length in bytes
 * operations
 * literals                                     bytes of the new page
 * </pre>
 * Literals stand behind all operations because like compresses best beside like. In form 0 an operation changes a run
 * of bytes in its place:
 * <pre>
 * varint  skip        bytes that stay, since the run before
 * varint  length      of the run, less 1; its bytes are literals
 * </pre>
 * In form 1 the operations write the new page from its beginning to its end:
 * <pre>
 * varint  literals    that come first
 * varint  length      of what is copied behind them from the old page
 * varint  shift       where from, relative to where to, less the shift of the operation before; zigzag
 * </pre>
 * With the hole bit, the page between pd_lower and pd_upper, as they stand on the new page, is set to zeros at last
 * ({@code REL_17 bufpage.h PageHeaderData}).
 */
public final class PagePatch {
    /** The length of a page. */
    public static final int PAGE = 8192;

    static final int FORM = 1;
    static final int HOLE = 2;
    static final int FLAG_BITS = 2;

    private PagePatch() {}

    /**
     * Changes a page as a patch says. Whatever the bytes are, nothing but the page is written.
     *
     * @param end  exclusive: where the patch ends
     * @param page what the patch was made for; afterwards, what it makes of it
     * @return false if the bytes are no patch; the page's content is undefined then
     */
    public static boolean apply(byte[] patch, int offset, int end, byte[] page) {
        Varint start = new Varint(patch, offset, end);
        long head = start.next();
        if (head < 0 || head >>> FLAG_BITS > end - start.position()) {
            return false;
        }
        int literals = start.position() + (int) (head >>> FLAG_BITS);
        Varint operations = new Varint(patch, start.position(), literals);
        boolean done = (head & FORM) == 0 ? changeRuns(operations, patch, literals, end, page)
                : copy(operations, patch, literals, end, page);
        return done && ((head & HOLE) == 0 || clearHole(page));
    }

    private static boolean changeRuns(Varint operations, byte[] patch, int literals, int end, byte[] page) {
        int at = 0;
        int literal = literals;
        while (operations.hasRemaining()) {
            int skip = operations.next(PAGE - at);
            if (skip < 0) {
                return false;
            }
            at += skip;
            int length = operations.next(Math.min(PAGE - at, end - literal) - 1) + 1;
            if (length <= 0) {
                return false;
            }
            System.arraycopy(patch, literal, page, at, length);
            at += length;
            literal += length;
        }
        return literal == end;
    }

    private static boolean copy(Varint operations, byte[] patch, int literals, int end, byte[] page) {
        byte[] old = page.clone();
        int at = 0;
        int literal = literals;
        int shift = 0;
        while (operations.hasRemaining()) {
            int before = operations.next(Math.min(PAGE - at, end - literal));
            if (before < 0) {
                return false;
            }
            System.arraycopy(patch, literal, page, at, before);
            at += before;
            literal += before;
            int length = operations.next(PAGE - at);
            int turn = operations.next(4 * PAGE);
            if (length < 0 || turn < 0) {
                return false;
            }
            shift += (int) Varint.unzigzag(turn);
            if (at + shift < 0 || at + shift + length > PAGE) {
                return false;
            }
            System.arraycopy(old, at + shift, page, at, length);
            at += length;
        }
        return at == PAGE && literal == end;
    }

    private static boolean clearHole(byte[] page) {
        int lower = PageHeader.lower(page);
        int upper = PageHeader.upper(page);
        if (lower > upper || upper > PAGE) {
            return false;
        }
        Arrays.fill(page, lower, upper, (byte) 0);
        return true;
    }
}
