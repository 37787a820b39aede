package dev.neon.rmgr.gin;

import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import java.util.Arrays;

/**
 * Rows in ascending order, compressed ({@code REL_17 ginblock.h GinPostingList}, {@code ginpostinglist.c}).
 * <pre>
 *  0  6 bytes, the first row
 *  6  u16 nbytes
 *  8  nbytes bytes, and one of padding if they are odd: for each row after the first its distance to the one before
 * </pre>
 * A row is a number here, its offset in the lower 11 bits and its block above. A distance has 7 bits in each byte, the
 * lowest first, and 0x80 where a byte follows.
 */
final class GinPostingList {
    /** {@code MaxHeapTuplesPerPageBits}. */
    private static final int OFFSET_BITS = 11;
    private static final int HEADER = 8;
    private static final int SIZE_AT = 6;
    /** {@code MaxBytesPerInteger}. */
    private static final int LONGEST_DISTANCE = 7;

    private GinPostingList() {}

    static long row(ItemPointer pointer) {
        return Integer.toUnsignedLong(pointer.block()) << OFFSET_BITS | pointer.offset();
    }

    static ItemPointer pointer(long row) {
        return new ItemPointer((int) (row >>> OFFSET_BITS), (int) row & (1 << OFFSET_BITS) - 1);
    }

    /** {@code nbytes}. */
    static int byteCount(byte[] lists, int at) {
        return u16(lists, at + SIZE_AT);
    }

    /** {@code SizeOfGinPostingList}. */
    static int size(byte[] lists, int at) {
        int size = at + HEADER <= lists.length ? HEADER + u16(lists, at + SIZE_AT) + 1 & -2 : HEADER;
        if (at + size > lists.length) {
            throw new PageFormatException("a posting list at " + at + " is longer than the page's " + lists.length
                    + " bytes of them");
        }
        return size;
    }

    /** {@code ginPostingListDecode}. */
    static long[] decode(byte[] lists, int at) {
        int end = at + HEADER + u16(lists, at + SIZE_AT);
        long[] rows = new long[end - at - HEADER + 1];
        rows[0] = readRow(lists, at);
        int count = 1;
        for (int next = at + HEADER; next < end; count++) {
            long distance = 0;
            int shift = 0;
            boolean isMore = true;
            while (isMore) {
                if (next == end || shift == 7 * LONGEST_DISTANCE) {
                    throw new PageFormatException("a posting list at " + at + " whose last row has no end");
                }
                distance |= (long) (lists[next] & 0x7F) << shift;
                isMore = lists[next++] < 0;
                shift += 7;
            }
            rows[count] = rows[count - 1] + distance;
        }
        return Arrays.copyOf(rows, count);
    }

    /** {@code ginCompressPostingList}; as long as it needs to be. */
    static byte[] encode(long[] rows) {
        byte[] list = new byte[HEADER + LONGEST_DISTANCE * rows.length];
        int block = (int) (rows[0] >>> OFFSET_BITS);
        put16(list, 0, block >>> 16);
        put16(list, 2, block);
        put16(list, 4, (int) rows[0] & (1 << OFFSET_BITS) - 1);
        int at = HEADER;
        for (int i = 1; i < rows.length; i++) {
            long left = rows[i] - rows[i - 1];
            if (left <= 0) {
                throw new PageFormatException("rows of a posting list are not in order");
            }
            for (; left > 0x7F; left >>>= 7) {
                list[at++] = (byte) (0x80 | left & 0x7F);
            }
            list[at++] = (byte) left;
        }
        put16(list, SIZE_AT, at - HEADER);
        return Arrays.copyOf(list, at + 1 & -2);
    }

    /** {@code ginMergeItemPointers}: the rows of both, each once, in order. */
    static long[] merge(long[] some, long[] others) {
        long[] merged = new long[some.length + others.length];
        int left = 0;
        int right = 0;
        int count = 0;
        while (left < some.length || right < others.length) {
            boolean isLeft = right == others.length || left < some.length && some[left] <= others[right];
            long row = isLeft ? some[left++] : others[right++];
            if (count == 0 || merged[count - 1] != row) {
                merged[count++] = row;
            }
        }
        return Arrays.copyOf(merged, count);
    }

    /** A row that is not compressed. */
    static long readRow(byte[] from, int at) {
        return row(new ItemPointer(u16(from, at) << 16 | u16(from, at + 2), u16(from, at + 4)));
    }

    private static int u16(byte[] from, int at) {
        return from[at] & 0xFF | (from[at + 1] & 0xFF) << 8;
    }

    private static void put16(byte[] to, int at, int value) {
        to[at] = (byte) value;
        to[at + 1] = (byte) (value >>> 8);
    }
}
