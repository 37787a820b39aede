package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;

/**
 * A tuple without the 23 bytes of its header that the record tells otherwise, all but these
 * ({@code REL_17 heapam_xlog.h xl_heap_header}):
 * <pre>
 *  0  u16 t_infomask2
 *  2  u16 t_infomask
 *  4  u8  t_hoff
 *  5  the tuple from its 23rd byte: null bitmap, padding, data
 * </pre>
 *
 * @param infomask2 {@code t_infomask2}
 * @param infomask  {@code t_infomask}
 * @param hoff      {@code t_hoff}: where the data start, from the first byte of the whole tuple
 * @param body      the tuple from its 23rd byte; not to be modified, not compared by {@code equals}
 */
public record LoggedTuple(int infomask2, int infomask, int hoff, byte[] body) {
    /** The body is all that is left. */
    static LoggedTuple read(RecordCursor cursor) {
        return new LoggedTuple(cursor.u16(), cursor.u16(), cursor.u8(), cursor.rest());
    }

    /** The same after a length (u16), that of the body ({@code xl_multi_insert_tuple}). */
    static LoggedTuple readWithLength(RecordCursor cursor) {
        int length = cursor.u16();
        return new LoggedTuple(cursor.u16(), cursor.u16(), cursor.u8(), cursor.bytes(length));
    }
}
