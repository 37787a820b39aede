package dev.neon.redo;

import dev.neon.page.Page;

/**
 * {@code REL_17 heapam_xlog.c heap_mask}, but for {@code PD_ALL_VISIBLE}: PostgreSQL masks it because its recovery may meet
 * pages that are newer than the record; redo here meets none, and visibility maps rely on the flag.
 */
final class HeapMask {
    private static final int CID = 8;
    private static final int CTID = 12;
    private static final int CTID_OFFSET = 16;
    private static final int INFOMASK = 20;
    private static final int XMIN_FROZEN = 0x0300;
    private static final int XMAX_COMMITTED = 0x0400;
    private static final int XMAX_INVALID = 0x0800;
    /** {@code HEAP_XACT_MASK}. */
    private static final int TRANSACTION_BITS = 0xFFF0;
    /** {@code SpecTokenOffsetNumber}. */
    private static final int SPECULATIVE = 0xFFFE;

    private HeapMask() {}

    static void mask(Page page, int block) {
        PageMasks.maskLsnAndChecksum(page);
        boolean isVisible = (page.flags() & Page.ALL_VISIBLE) != 0;
        PageMasks.maskHintBits(page);
        page.setFlag(Page.ALL_VISIBLE, isVisible);
        PageMasks.maskHole(page);
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            if (page.itemState(offset) == Page.NORMAL) {
                maskTuple(page, page.itemOffset(offset), block, offset);
            }
            if (page.hasStorage(offset)) {
                int end = page.itemOffset(offset) + page.itemLength(offset);
                page.fill(end, Page.aligned(end), 0);
            }
        }
    }

    private static void maskTuple(Page page, int tuple, int block, int offset) {
        int infomask = page.u16(tuple + INFOMASK);
        boolean isFrozen = (infomask & XMIN_FROZEN) == XMIN_FROZEN;
        page.put16(tuple + INFOMASK, infomask & ~(isFrozen ? XMAX_COMMITTED | XMAX_INVALID : TRANSACTION_BITS));
        page.put32(tuple + CID, 0);
        if (page.u16(tuple + CTID_OFFSET) == SPECULATIVE) {
            page.put16(tuple + CTID, block >>> 16);
            page.put16(tuple + CTID + 2, block);
            page.put16(tuple + CTID_OFFSET, offset);
        }
    }
}
