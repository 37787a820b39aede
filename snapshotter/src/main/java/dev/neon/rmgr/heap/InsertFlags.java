package dev.neon.rmgr.heap;

/** Flags of {@link HeapRecord.Insert} and {@link Heap2Record.MultiInsert} ({@code REL_17 heapam_xlog.h}). */
public final class InsertFlags {
    /** {@code XLH_INSERT_ALL_VISIBLE_CLEARED}. */
    public static final int ALL_VISIBLE_CLEARED = 0x01;
    /** {@code XLH_INSERT_LAST_IN_MULTI}: the last record of one call. */
    public static final int LAST_IN_MULTI = 0x02;
    /** {@code XLH_INSERT_IS_SPECULATIVE}: until {@link HeapRecord.Confirm}. */
    public static final int IS_SPECULATIVE = 0x04;
    /** {@code XLH_INSERT_CONTAINS_NEW_TUPLE}: it is there beside an image too. */
    public static final int CONTAINS_NEW_TUPLE = 0x08;
    /** {@code XLH_INSERT_ON_TOAST_RELATION}. */
    public static final int ON_TOAST_RELATION = 0x10;
    /** {@code XLH_INSERT_ALL_FROZEN_SET}: the page becomes all-visible and all-frozen. */
    public static final int ALL_FROZEN_SET = 0x20;

    static final int ALL = ALL_VISIBLE_CLEARED | LAST_IN_MULTI | IS_SPECULATIVE | CONTAINS_NEW_TUPLE
            | ON_TOAST_RELATION | ALL_FROZEN_SET;

    private InsertFlags() {}
}
