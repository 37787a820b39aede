package dev.neon.rmgr;

import dev.neon.wal.RecordCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * An index tuple, as WAL and pages hold it ({@code REL_17 itup.h IndexTupleData}).
 * <pre>
 *  0  6 bytes t_tid   block and offset of the row, or what the access method makes of it
 *  6  u16 t_info      0x1FFF size in bytes, 0x2000 for the access method, 0x4000 has attributes of variable width,
 *                     0x8000 has nulls
 *  8  bitmap of nulls, attributes
 * </pre>
 *
 * @param bytes the tuple and what pads it to a multiple of 8; not compared by value
 */
public record IndexTuple(byte[] bytes) {
    /** Where {@code t_info} is in the tuple. */
    public static final int INFO = 6;
    /** {@code INDEX_SIZE_MASK}: the bits of {@code t_info} that are the size. */
    public static final int SIZE = 0x1FFF;

    private static final int HEADER = 8;
    private static final int ALIGNMENT = 8;

    /**
     * The next tuple, of the length that it tells, aligned.
     *
     * @throws dev.neon.repo.error.UnsupportedWalException if its length is that of no tuple, or more than there is
     */
    public static IndexTuple read(RecordCursor from) {
        int size = from.peekU16(INFO) & SIZE;
        if (size < HEADER) {
            throw from.unknown("an index tuple of " + size + " bytes in " + from.remaining());
        }
        return new IndexTuple(from.bytes(size + ALIGNMENT - 1 & -ALIGNMENT));
    }

    /** All tuples up to the end. */
    public static List<IndexTuple> readAll(RecordCursor from) {
        List<IndexTuple> tuples = new ArrayList<>();
        while (from.remaining() > 0) {
            tuples.add(read(from));
        }
        return List.copyOf(tuples);
    }
}
