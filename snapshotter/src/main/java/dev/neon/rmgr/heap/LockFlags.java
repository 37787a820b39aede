package dev.neon.rmgr.heap;

/** Flags of {@link HeapRecord.Lock} and {@link Heap2Record.LockUpdated} ({@code REL_17 heapam_xlog.h}). */
public final class LockFlags {
    /** {@code XLH_LOCK_ALL_FROZEN_CLEARED}: in the visibility map. */
    public static final int ALL_FROZEN_CLEARED = 0x01;

    static final int ALL = ALL_FROZEN_CLEARED;

    private LockFlags() {}
}
