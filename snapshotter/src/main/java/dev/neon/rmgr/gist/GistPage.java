package dev.neon.rmgr.gist;

import dev.neon.page.Page;

/**
 * What GiST keeps at the end of a page ({@code REL_17 gist.h GISTPageOpaqueData}):
 * <pre>
 *  0  u32 nsn, the upper half: LSN of the split that has made the page
 *  4  u32 the lower half
 *  8  u32 rightlink   0xFFFFFFFF for none
 * 12  u16 flags
 * 14  u16 gist_page_id
 * </pre>
 * After the header of a deleted page stands, of 8 bytes, the transaction that deleted it ({@code
 * GISTDeletedPageContents}).
 */
final class GistPage {
    static final int LEAF = 0x01;
    static final int DELETED = 0x02;
    static final int TUPLES_DELETED = 0x04;
    static final int FOLLOW_RIGHT = 0x08;
    static final int HAS_GARBAGE = 0x10;

    /** {@code GIST_ROOT_BLKNO}. */
    static final int ROOT = 0;

    private static final int OPAQUE_SIZE = 16;
    private static final int NSN = 0;
    private static final int RIGHT_LINK = 8;
    private static final int FLAGS = 12;
    private static final int PAGE_ID = 14;
    private static final int GIST_PAGE_ID = 0xFF81;
    private static final int NO_BLOCK = -1;

    private GistPage() {}

    /** {@code gistinitpage}. */
    static void init(Page page, int flags) {
        page.init(OPAQUE_SIZE);
        setRightLink(page, NO_BLOCK);
        page.put16(opaque(page) + FLAGS, flags);
        page.put16(opaque(page) + PAGE_ID, GIST_PAGE_ID);
    }

    static int flags(Page page) {
        return page.u16(opaque(page) + FLAGS);
    }

    static long nsn(Page page) {
        return page.u32(opaque(page) + NSN) << Integer.SIZE | page.u32(opaque(page) + NSN + 4);
    }

    static int rightLink(Page page) {
        return page.i32(opaque(page) + RIGHT_LINK);
    }

    private static int opaque(Page page) {
        return page.special(OPAQUE_SIZE);
    }

    static boolean isLeaf(Page page) {
        return (flags(page) & LEAF) != 0;
    }

    static void setFlag(Page page, int flag, boolean isSet) {
        int at = opaque(page) + FLAGS;
        page.put16(at, isSet ? page.u16(at) | flag : page.u16(at) & ~flag);
    }

    static void setRightLink(Page page, int block) {
        page.put32(opaque(page) + RIGHT_LINK, block);
    }

    static void setNsn(Page page, long lsn) {
        page.put32(opaque(page) + NSN, (int) (lsn >>> 32));
        page.put32(opaque(page) + NSN + 4, (int) lsn);
    }

    /** {@code GistPageSetDeleted}. */
    static void setDeleted(Page page, long xid) {
        setFlag(page, DELETED, true);
        page.setLower(Page.HEADER + 8);
        page.put64(Page.HEADER, xid);
    }
}
