package dev.neon.rmgr;

import dev.neon.page.Page;
import dev.neon.wal.RecordCursor;

/**
 * Where a row is ({@code REL_17 itemptr.h ItemPointerData}), 6 bytes.
 * <pre>
 *  0  u16 bi_hi       upper half of the block
 *  2  u16 bi_lo       lower half
 *  4  u16 ip_posid
 * </pre>
 *
 * @param block  unsigned
 * @param offset of the item in the block, from 1
 */
public record ItemPointer(int block, int offset) {
    public static final int BYTES = 6;
    /** {@code ItemPointerSetInvalid}. */
    public static final ItemPointer INVALID = new ItemPointer(-1, 0);

    public static ItemPointer read(RecordCursor from) {
        return new ItemPointer(readBlock(from), from.u16());
    }

    /** The one at a place in a page. */
    public static ItemPointer at(Page page, int at) {
        return new ItemPointer(page.u16(at) << 16 | page.u16(at + 2), page.u16(at + 4));
    }

    /** A block number in halves, the upper one first ({@code BlockIdData}). */
    public static int readBlock(RecordCursor from) {
        return from.u16() << 16 | from.u16();
    }

    /** Writes it to a place in a page. */
    public void put(Page page, int at) {
        putBlock(page, at, block);
        page.put16(at + 4, offset);
    }

    /** Writes a block number in halves. */
    public static void putBlock(Page page, int at, int block) {
        page.put16(at, block >>> 16);
        page.put16(at + 2, block);
    }

    /** As the type {@code tid} is shown: {@code (7,2)}. */
    public String tid() {
        return "(" + Integer.toUnsignedString(block) + "," + offset + ")";
    }

    /** {@code 7/2}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(block) + "/" + offset;
    }
}
