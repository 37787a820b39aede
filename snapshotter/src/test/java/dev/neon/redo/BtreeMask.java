package dev.neon.redo;

import dev.neon.page.Page;

/** {@code REL_17 nbtxlog.c btree_mask}. */
final class BtreeMask {
    private static final int FLAGS = Page.SIZE - 4;
    private static final int CYCLE_ID = Page.SIZE - 2;
    private static final int LEAF = 0x0001;
    private static final int SPLIT_END = 0x0020;
    private static final int HAS_GARBAGE = 0x0040;

    private BtreeMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        PageMasks.maskHintBits(page);
        PageMasks.maskHole(page);
        int flags = page.u16(FLAGS);
        if ((flags & LEAF) != 0) {
            PageMasks.maskItemStates(page);
        }
        page.put16(FLAGS, flags & ~(SPLIT_END | HAS_GARBAGE));
        page.put16(CYCLE_ID, 0);
    }
}
