package dev.neon.redo;

import dev.neon.page.Page;

/** {@code REL_17 ginxlog.c gin_mask}. */
final class GinMask {
    private static final int FLAGS = 6;
    private static final int DELETED = 0x04;

    private GinMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        PageMasks.maskHintBits(page);
        if ((page.u16(page.special() + FLAGS) & DELETED) != 0) {
            // Redo empties the pages that the pending list gives up; the server leaves in them what they have
            PageMasks.maskContent(page);
        } else if (page.lower() > Page.HEADER) {
            PageMasks.maskHole(page);
        }
    }
}
