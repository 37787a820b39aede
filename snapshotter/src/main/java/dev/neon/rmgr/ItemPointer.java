package dev.neon.rmgr;

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
    public static ItemPointer read(RecordCursor from) {
        return new ItemPointer(readBlock(from), from.u16());
    }

    /** A block number in halves, the upper one first ({@code BlockIdData}). */
    public static int readBlock(RecordCursor from) {
        return from.u16() << 16 | from.u16();
    }

    /** {@code 7/2}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(block) + "/" + offset;
    }
}
