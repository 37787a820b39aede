package dev.neon.repo.layer;

import java.util.Arrays;

/**
 * The difference of two pages of 8192 bytes: what makes one of the other, in few bytes. {@link PagePatchEncoder} makes it.
 * It consists of flags, operations, and literals, which are bytes of the new page. They lie apart because like compresses
 * best beside like.
 *
 * <p>Without {@link #COPIES} an operation changes a run of bytes in its place:
 * <pre>
 * varint  skip        bytes that stay, since the run before
 * varint  length      of the run, less 1; its bytes are literals
 * </pre>
 * With it the operations write the new page from its beginning to its end:
 * <pre>
 * varint  literals    that come first
 * varint  length      of what is copied behind them from the old page
 * varint  shift       where from, relative to where to, less the shift of the operation before; zigzag
 * </pre>
 * With {@link #HOLE}, the page between pd_lower and pd_upper, as they stand on the new page, is set to zeros at last
 * ({@code REL_17 bufpage.h PageHeaderData}).
 *
 * @param bytes         where the rest lies
 * @param flags         {@link #COPIES} and {@link #HOLE}; others do not count
 * @param operations    where the operations begin
 * @param operationsEnd exclusive
 * @param literals      where the literals begin
 * @param literalsEnd   exclusive
 */
public record PagePatch(byte[] bytes, int flags, int operations, int operationsEnd, int literals, int literalsEnd) {
    /** The length of a page. */
    public static final int PAGE = 8192;

    /** Fewer bytes are sooner moved one by one. */
    private static final int SHORT = 8;

    static final int COPIES = 4;
    static final int HOLE = 8;

    /**
     * Changes a page as the patch says. Whatever the bytes are, nothing but the page is written.
     *
     * @param page    what the patch was made for; afterwards, what it makes of it
     * @param scratch another page, used on the way
     * @return false if the bytes are no patch; the page's content is undefined then
     */
    public boolean apply(byte[] page, byte[] scratch) {
        Varint numbers = new Varint(bytes, operations, operationsEnd);
        boolean done = (flags & COPIES) == 0 ? changeRuns(numbers, page) : copy(numbers, page, scratch);
        return done && ((flags & HOLE) == 0 || clearHole(page));
    }

    private boolean changeRuns(Varint numbers, byte[] page) {
        int at = 0;
        int literal = literals;
        while (numbers.hasRemaining()) {
            int skip = numbers.next(PAGE - at);
            if (skip < 0) {
                return false;
            }
            at += skip;
            int length = numbers.next(Math.min(PAGE - at, literalsEnd - literal) - 1) + 1;
            if (length <= 0) {
                return false;
            }
            if (length < SHORT) {
                for (int i = 0; i < length; i++) {
                    page[at + i] = bytes[literal + i];
                }
            } else {
                System.arraycopy(bytes, literal, page, at, length);
            }
            at += length;
            literal += length;
        }
        return literal == literalsEnd;
    }

    private boolean copy(Varint numbers, byte[] page, byte[] old) {
        System.arraycopy(page, 0, old, 0, PAGE);
        int at = 0;
        int literal = literals;
        int shift = 0;
        while (numbers.hasRemaining()) {
            int before = numbers.next(Math.min(PAGE - at, literalsEnd - literal));
            if (before < 0) {
                return false;
            }
            System.arraycopy(bytes, literal, page, at, before);
            at += before;
            literal += before;
            int length = numbers.next(PAGE - at);
            int turn = numbers.next(4 * PAGE);
            if (length < 0 || turn < 0) {
                return false;
            }
            shift += (int) Varint.unzigzag(turn);
            if (at + shift < 0 || at + shift + length > PAGE) {
                return false;
            }
            if (shift != 0) {
                System.arraycopy(old, at + shift, page, at, length);
            }
            at += length;
        }
        return at == PAGE && literal == literalsEnd;
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
