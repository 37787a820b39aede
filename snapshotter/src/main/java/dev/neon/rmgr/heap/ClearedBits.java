package dev.neon.rmgr.heap;

import dev.neon.page.Page;
import dev.neon.page.VisibilityMap;
import dev.neon.postgres.ForkNumber;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;
import java.util.List;

/**
 * Bits of the visibility map that a record clears. Newer minor releases refer to the map's page, unless the bits were
 * not set; older ones tell it by a flag only ({@code REL_18 heapam_xlog.h HEAP_*_BLKREF_VM}).
 *
 * @param heapBlock the block of the heap that they tell of
 * @param bits      {@link VisibilityFlags}
 */
record ClearedBits(int heapBlock, int bits) {
    private static final int MAP = ForkNumber.VISIBILITYMAP.ordinal();

    static boolean isMap(WalRecord record, int id) {
        return record.fork(id) == MAP;
    }

    /**
     * Both bits of the page of a block reference, if the record says so.
     *
     * @param flags of the record
     * @param flag  the one that says so
     */
    static List<ClearedBits> all(int flags, int flag, WalRecord record, int id) {
        return (flags & flag) == 0 ? List.of()
                : List.of(new ClearedBits(record.block(id), VisibilityFlags.ALL_14));
    }

    /** The bit that says that the page is frozen, if a row lock says so. */
    static List<ClearedBits> frozen(int flags, WalRecord record) {
        return (flags & LockFlags.ALL_FROZEN_CLEARED) == 0 ? List.of()
                : List.of(new ClearedBits(record.block(0), VisibilityFlags.ALL_FROZEN));
    }

    /** Whether a record can have bits cleared without a reference to the map's page. */
    static boolean areUnreferenced(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id) && isMap(record, id)) {
                return false;
            }
        }
        return record.hasBlock(0);
    }

    /** Tells the pages of the map, each once. */
    static void tell(List<ClearedBits> cleared, WalRecord record, BlockRedo.Touched touched) {
        int told = -1;
        for (ClearedBits bits : cleared) {
            int block = VisibilityMap.mapBlock(bits.heapBlock);
            if (block != told) {
                touched.page(record.locator(0), MAP, block);
            }
            told = block;
        }
    }

    /**
     * Clears those that are in this page of the map.
     *
     * @return whether one was set
     */
    static boolean clear(List<ClearedBits> cleared, int mapBlock, Page map) {
        boolean wasSet = false;
        for (ClearedBits bits : cleared) {
            if (VisibilityMap.mapBlock(bits.heapBlock) == mapBlock) {
                wasSet |= VisibilityMap.clear(map, bits.heapBlock, bits.bits);
            }
        }
        return wasSet;
    }
}
