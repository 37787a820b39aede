package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;

/**
 * Where a tuple stands ({@code REL_17 itemptr.h ItemPointerData}).
 * <pre>
 *  0  u16 bi_hi
 *  2  u16 bi_lo
 *  4  u16 ip_posid
 * </pre>
 *
 * @param block  unsigned
 * @param offset of the line pointer, from 1
 */
public record ItemPointer(int block, int offset) {
    static ItemPointer read(RecordCursor cursor) {
        return new ItemPointer(cursor.u16() << 16 | cursor.u16(), cursor.u16());
    }

    /** {@code 7/12}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(block) + "/" + offset;
    }
}
