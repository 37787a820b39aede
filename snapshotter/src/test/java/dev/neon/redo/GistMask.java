package dev.neon.redo;

import dev.neon.page.Page;

/** {@code REL_17 gistxlog.c gist_mask}, and one flag more. */
final class GistMask {
    private static final int FLAGS = 12;
    private static final int LEAF = 0x01;
    private static final int TUPLES_DELETED = 0x04;
    private static final int FOLLOW_RIGHT = 0x08;
    private static final int HAS_GARBAGE = 0x10;

    private GistMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        PageMasks.maskHintBits(page);
        PageMasks.maskHole(page);
        page.put64(page.special(), 0);
        int at = page.special() + FLAGS;
        int flags = page.u16(at);
        if ((flags & LEAF) != 0) {
            PageMasks.maskItemStates(page);
            // Redo of DELETE sets it, the server does not: PostgreSQL's own recovery stops there, when it checks pages
            flags |= TUPLES_DELETED;
        }
        page.put16(at, (flags | FOLLOW_RIGHT) & ~HAS_GARBAGE);
    }
}
