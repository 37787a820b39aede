package dev.neon.redo;

import dev.neon.page.Page;

/** {@code REL_17 brin_xlog.c brin_mask}. */
final class BrinMask {
    private static final int FLAGS = 4;
    private static final int TYPE = 6;
    private static final int META_PAGE = 0xF091;
    private static final int REGULAR_PAGE = 0xF093;
    private static final int EVACUATE_PAGE = 0x01;

    private BrinMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        PageMasks.maskHintBits(page);
        int type = page.u16(page.special() + TYPE);
        if (type == REGULAR_PAGE || type == META_PAGE && page.lower() > Page.HEADER) {
            PageMasks.maskHole(page);
        }
        int at = page.special() + FLAGS;
        page.put16(at, page.u16(at) & ~EVACUATE_PAGE);
    }
}
