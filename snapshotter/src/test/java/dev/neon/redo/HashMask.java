package dev.neon.redo;

import dev.neon.page.Page;

/** {@code REL_17 hash_xlog.c hash_mask}, but that unused pages are compared, of which PostgreSQL masks all. */
final class HashMask {
    private static final int FLAGS = Page.SIZE - 4;
    private static final int OVERFLOW_OR_BUCKET = 0x0003;
    private static final int HAS_DEAD_TUPLES = 0x0080;

    private HashMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        PageMasks.maskHintBits(page);
        PageMasks.maskHole(page);
        int flags = page.u16(FLAGS);
        if ((flags & OVERFLOW_OR_BUCKET) != 0) {
            PageMasks.maskItemStates(page);
        }
        page.put16(FLAGS, flags & ~HAS_DEAD_TUPLES);
    }
}
