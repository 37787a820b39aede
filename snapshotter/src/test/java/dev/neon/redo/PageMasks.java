package dev.neon.redo;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;

/**
 * The masks by resource manager, of all releases alike ({@code REL_17 rmgrlist.h}), and the steps that they are made of
 * ({@code REL_17 bufmask.c}).
 */
public final class PageMasks {
    private static final int HEAP2 = 9;
    private static final int HEAP = 10;
    private static final int BTREE = 11;
    private static final int HASH = 12;
    private static final int GIN = 13;
    private static final int GIST = 14;
    private static final int SEQUENCE = 15;
    private static final int SPGIST = 16;
    private static final int BRIN = 17;
    private static final int GENERIC = 20;

    private PageMasks() {}

    /**
     * The mask for pages that records of a manager change. Maps of visibility are compared whole, where PostgreSQL's
     * mask leaves nothing of them: all their bits lie where other pages have the hole.
     *
     * @param fork as {@link dev.neon.wal.WalRecord#fork}
     */
    public static PageMask of(int rmid, int fork) {
        if (fork == ForkNumber.VISIBILITYMAP.ordinal()) {
            return PageMasks::lsnOnly;
        }
        return switch (rmid) {
            case HEAP2, HEAP -> HeapMask::mask;
            case BTREE -> BtreeMask::mask;
            case HASH -> HashMask::mask;
            case GIN -> GinMask::mask;
            case GIST -> GistMask::mask;
            case SPGIST -> PageMasks::headerAndHole;
            case BRIN -> BrinMask::mask;
            case SEQUENCE, GENERIC -> PageMasks::lsnAndHole;
            default -> PageMasks::lsnOnly;
        };
    }

    private static void lsnOnly(Page page, int block) {
        maskLsnAndChecksum(page);
    }

    private static void lsnAndHole(Page page, int block) {
        maskLsnAndChecksum(page);
        maskHole(page);
    }

    private static void headerAndHole(Page page, int block) {
        maskLsnAndChecksum(page);
        maskHintBits(page);
        maskHole(page);
    }

    /** {@code mask_page_lsn_and_checksum}. */
    public static void maskLsnAndChecksum(Page page) {
        page.setLsn(0);
        page.setChecksum(0);
    }

    /** {@code mask_page_hint_bits}. */
    public static void maskHintBits(Page page) {
        page.setPruneXid(0);
        page.setFlag(Page.PAGE_FULL | Page.HAS_FREE_LINES | Page.ALL_VISIBLE, false);
    }

    /** {@code mask_unused_space}. */
    public static void maskHole(Page page) {
        int lower = page.lower();
        int upper = page.upper();
        int special = page.special();
        if (lower < Page.HEADER || lower > upper || upper > special || special > Page.SIZE) {
            throw new AssertionError("bounds of the page: " + lower + ", " + upper + ", " + special);
        }
        page.fill(lower, upper, 0);
    }

    /** {@code mask_lp_flags}. */
    public static void maskItemStates(Page page) {
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            if (page.itemState(offset) != Page.UNUSED) {
                page.setItem(offset, page.itemOffset(offset), Page.UNUSED, page.itemLength(offset));
            }
        }
    }

    /** {@code mask_page_content}. */
    public static void maskContent(Page page) {
        page.fill(Page.HEADER, Page.SIZE, 0);
        page.setLower(0);
        page.setUpper(0);
    }
}
