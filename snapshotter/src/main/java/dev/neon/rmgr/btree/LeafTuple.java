package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.ItemPointer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tuple of a leaf: of one row, which {@code t_tid} tells, or a posting list, with the bit {@link #IS_OTHER} in {@code
 * t_info} ({@code REL_17 nbtree.h BTreeTupleIsPosting}).
 * <pre>
 *  0  u32 bi_hi, bi_lo  where the rows begin, a multiple of 8: the size of the tuple without them
 *  4  u16 ip_posid      0x0FFF number of rows, 0x2000 always
 *  6  u16 t_info
 *  8  bitmap of nulls, attributes, padding
 *     6 bytes each      rows, ascending; then padding to a multiple of 8
 * </pre>
 *
 * @param at where it begins in the page
 */
record LeafTuple(Page page, int at, int length) {
    /** {@code INDEX_ALT_TID_MASK}: {@code t_tid} is no row. */
    static final int IS_OTHER = 0x2000;

    /** {@code BT_IS_POSTING}. */
    static final int IS_POSTING = 0x2000;
    /** {@code BT_PIVOT_HEAP_TID_ATTR}: the row that a pivot ends with counts as an attribute. */
    static final int PIVOT_HAS_ROW = 0x1000;
    /** {@code BT_OFFSET_MASK}. */
    static final int COUNT = 0x0FFF;

    private static final int HEADER = 8;
    private static final int OFFSET = 4;
    private static final int ROW = ItemPointer.BYTES;

    /** @throws PageFormatException if there is no such item, or it is damaged */
    static LeafTuple of(Page page, int offset) {
        LeafTuple tuple = new LeafTuple(page, page.normalItem(offset), page.itemLength(offset));
        int keySize = tuple.keySize();
        if (keySize < HEADER || keySize > tuple.length
                || tuple.isPosting() && keySize + tuple.rowCount() * ROW > tuple.length) {
            throw new PageFormatException("item " + offset + " is no tuple of a leaf");
        }
        return tuple;
    }

    private boolean isPosting() {
        return (page.u16(at + IndexTuple.INFO) & IS_OTHER) != 0 && (page.u16(at + OFFSET) & IS_POSTING) != 0;
    }

    private int keySize() {
        return isPosting() ? page.u16(at) << 16 | page.u16(at + 2) : length;
    }

    private int rowCount() {
        return isPosting() ? page.u16(at + OFFSET) & COUNT : 1;
    }

    private int rowsAt() {
        return isPosting() ? at + keySize() : at;
    }

    /**
     * {@code _bt_swap_posting}: this posting list takes in the row of a new item, whose place is between its first and
     * last, and gives its last row away for it.
     *
     * @param postingOffset which row, from 0, the new one stands before
     * @return the new item, with the row that was last
     */
    byte[] takeIn(int postingOffset, IndexTuple newItem) {
        int last = rowCount() - 1;
        if (postingOffset < 1 || postingOffset > last) {
            throw new PageFormatException("a posting list of " + rowCount() + " rows cannot be split at "
                    + postingOffset);
        }
        byte[] item = newItem.bytes().clone();
        int place = rowsAt() + postingOffset * ROW;
        System.arraycopy(page.bytes(), rowsAt() + last * ROW, item, 0, ROW);
        page.move(place, place + ROW, (last - postingOffset) * ROW);
        System.arraycopy(newItem.bytes(), 0, page.bytes(), place, ROW);
        return item;
    }

    /** {@code _bt_update_posting}: the tuple without some of its rows, numbered from 0, ascending. */
    byte[] without(int[] rows) {
        ByteArrayOutputStream left = new ByteArrayOutputStream(length);
        int from = 0;
        for (int row : rows) {
            writeRows(from, row, left);
            from = row + 1;
        }
        writeRows(from, rowCount(), left);
        return withRows(left.toByteArray());
    }

    /** {@code _bt_dedup_save_htid} and {@code _bt_dedup_finish_pending}: one tuple for several that follow each other. */
    static byte[] merged(Page page, int offset, int count) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int item = offset; item < offset + count; item++) {
            LeafTuple tuple = of(page, item);
            tuple.writeRows(0, tuple.rowCount(), rows);
        }
        return of(page, offset).withRows(rows.toByteArray());
    }

    private void writeRows(int from, int to, ByteArrayOutputStream rows) {
        if (from > to || to > rowCount()) {
            throw new PageFormatException("rows " + from + " to " + to + " are not in order, or not among the "
                    + rowCount() + " of a posting list");
        }
        rows.write(page.bytes(), rowsAt() + from * ROW, (to - from) * ROW);
    }

    /** {@code _bt_form_posting}: a tuple of this key for other rows; a posting list unless there is but one. */
    private byte[] withRows(byte[] rows) {
        int count = rows.length / ROW;
        if (count < 1 || count > COUNT) {
            throw new PageFormatException("a tuple of " + count + " rows");
        }
        int keySize = keySize();
        int size = count == 1 ? keySize : Page.aligned(keySize + rows.length);
        byte[] bytes = new byte[size];
        System.arraycopy(page.bytes(), at, bytes, 0, keySize);
        ByteBuffer tuple = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int info = page.u16(at + IndexTuple.INFO) & ~(IndexTuple.SIZE | IS_OTHER) | size;
        if (count == 1) {
            tuple.put(0, rows);
        } else {
            info |= IS_OTHER;
            tuple.putShort(0, (short) (keySize >>> 16)).putShort(2, (short) keySize);
            tuple.putShort(OFFSET, (short) (count | IS_POSTING)).put(keySize, rows);
        }
        tuple.putShort(IndexTuple.INFO, (short) info);
        return bytes;
    }
}
