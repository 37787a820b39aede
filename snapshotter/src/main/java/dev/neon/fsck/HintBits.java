package dev.neon.fsck;

import dev.neon.page.Page;

/** What sessions write to a heap page without a record ({@code REL_17 heapam_visibility.c SetHintBits}). */
final class HintBits {
    private static final int INFOMASK = 20;
    /** {@code HEAP_XMIN_COMMITTED} to {@code HEAP_XMAX_INVALID}. */
    private static final int HINTS = 0x0F00;
    /** Both bits of xmin: {@code HEAP_XMIN_FROZEN}, which is no hint. */
    private static final int FROZEN = 0x0300;
    private static final int XMAX_HINTS = 0x0C00;

    private HintBits() {}

    static void mask(Page page) {
        page.setPruneXid(0);
        page.setFlag(Page.PAGE_FULL | Page.HAS_FREE_LINES, false);
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            if (page.itemState(offset) == Page.NORMAL) {
                int at = page.itemOffset(offset) + INFOMASK;
                int infomask = page.u16(at);
                page.put16(at, infomask & ~((infomask & FROZEN) == FROZEN ? XMAX_HINTS : HINTS));
            }
        }
    }
}
