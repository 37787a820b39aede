package dev.neon.rmgr.heap;

import dev.neon.rmgr.RmgrRecord;

/** How many rows of a heap records insert, update and delete. */
public record RowCount(long inserted, long updated, long deleted) {
    public static final RowCount NONE = new RowCount(0, 0, 0);

    /** Those of one record. Not a switch over all kinds: the others change no row that a transaction would speak of. */
    public static RowCount of(RmgrRecord said) {
        if (said instanceof HeapRecord.Insert) {
            return new RowCount(1, 0, 0);
        }
        if (said instanceof Heap2Record.MultiInsert several) {
            return new RowCount(several.offsets().length, 0, 0);
        }
        if (said instanceof HeapRecord.Delete delete) {
            // A speculative insertion that is taken back was none.
            return (delete.flags() & HeapRecord.Delete.IS_SUPER) != 0 ? new RowCount(-1, 0, 0) : new RowCount(0, 0, 1);
        }
        return said instanceof HeapRecord.Update || said instanceof HeapRecord.Inplace ? new RowCount(0, 1, 0) : NONE;
    }

    public RowCount plus(RowCount other) {
        return new RowCount(inserted + other.inserted, updated + other.updated, deleted + other.deleted);
    }

    /** Whether nothing was done to any row. */
    public boolean isNone() {
        return inserted == 0 && updated == 0 && deleted == 0;
    }
}
