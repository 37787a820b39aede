package dev.neon.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A view on one tuple of a heap, of which only columns at fixed places are read ({@code REL_17 htup_details.h}).
 * <pre>
 *  0  u32 xmin
 *  4  u32 xmax
 *  8  u32 command, 6 bytes ctid
 * 18  u16 infomask2
 * 20  u16 infomask
 * 22  u8  hoff       where the data begins
 * 23  null bits
 * </pre>
 */
final class HeapTuple implements CatalogRows.Row {
    private static final int XMAX = 4;
    private static final int INFOMASK = 20;
    private static final int HOFF = 22;
    private static final int HEADER = 23;
    private static final int NAME_BYTES = 64;
    private static final int XMAX_EXCLUSIVE_LOCK = 0x0040;
    private static final int XMAX_LOCK_ONLY = 0x0080;
    private static final int XMIN_COMMITTED = 0x0100;
    private static final int XMIN_INVALID = 0x0200;
    private static final int XMAX_COMMITTED = 0x0400;
    private static final int XMAX_INVALID = 0x0800;
    private static final int XMAX_IS_MULTI = 0x1000;
    private static final int LOCK_MASK = 0x0050;

    private final CommitLog log;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int start;
    private int data;
    private int end;

    HeapTuple(CommitLog log) {
        this.log = log;
    }

    /** Goes to a tuple; false if its length leaves no room for {@code dataBytes} of data. */
    boolean isAt(ByteBuffer buffer, int from, int length, int dataBytes) {
        if (length < HEADER) {
            return false;
        }
        int hoff = Byte.toUnsignedInt(buffer.get(from + HOFF));
        if (hoff < HEADER || hoff + dataBytes > length) {
            return false;
        }
        bytes = buffer;
        start = from;
        data = from + hoff;
        end = from + length;
        return true;
    }

    /** A number of 32 bits, such as an oid, at this place of the data. */
    @Override
    public int i32(int at) {
        return bytes.getInt(data + at);
    }

    boolean bool(int at) {
        return bytes.get(data + at) != 0;
    }

    /** A value of type {@code "char"}. */
    char character(int at) {
        return (char) Byte.toUnsignedInt(bytes.get(data + at));
    }

    /** A value of type {@code name}. Read as UTF-8, whatever the database's encoding: what is not is shown as U+FFFD. */
    @Override
    public String name(int at) {
        byte[] field = new byte[NAME_BYTES];
        bytes.get(data + at, field);
        int length = 0;
        while (length < NAME_BYTES && field[length] != 0) {
            length++;
        }
        return new String(field, 0, length, StandardCharsets.UTF_8);
    }

    /** All from the null bits on, in hexadecimal. */
    String hex() {
        byte[] all = new byte[end - start - HEADER];
        bytes.get(start + HEADER, all);
        return HexFormat.of().formatHex(all);
    }

    /** As {@code REL_17 heapam_visibility.c HeapTupleSatisfiesVacuum}, but for a multixact, which is taken for locks. */
    TupleState state() {
        int mask = bytes.getShort(start + INFOMASK);
        CommitLog.Status inserted = inserted(mask);
        return switch (inserted) {
            case COMMITTED -> isDeleted(mask) ? TupleState.DEAD : TupleState.LIVE;
            case ABORTED -> TupleState.ABORTED;
            case IN_PROGRESS, SUB_COMMITTED -> TupleState.IN_PROGRESS;
        };
    }

    private CommitLog.Status inserted(int mask) {
        if ((mask & XMIN_COMMITTED) != 0) {
            // With XMIN_INVALID as well it is frozen.
            return CommitLog.Status.COMMITTED;
        }
        return (mask & XMIN_INVALID) != 0 ? CommitLog.Status.ABORTED : log.status(bytes.getInt(start));
    }

    private boolean isDeleted(int mask) {
        int xmax = bytes.getInt(start + XMAX);
        boolean onlyLocked = (mask & XMAX_LOCK_ONLY) != 0
                || (mask & (XMAX_IS_MULTI | LOCK_MASK)) == XMAX_EXCLUSIVE_LOCK;
        if (xmax == 0 || (mask & (XMAX_INVALID | XMAX_IS_MULTI)) != 0 || onlyLocked) {
            return false;
        }
        return (mask & XMAX_COMMITTED) != 0 || log.status(xmax) == CommitLog.Status.COMMITTED;
    }
}
