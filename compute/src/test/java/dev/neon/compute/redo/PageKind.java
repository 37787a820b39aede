package dev.neon.compute.redo;

import dev.neon.page.Page;

/**
 * Whose page it is, told by the page alone: each access method leaves a mark of its own at the end of its pages, as
 * {@code pg_filedump} relies on. Sound pages only.
 */
enum PageKind {
    /** Never used. */
    ZERO(0),
    HEAP(10),
    BTREE(11),
    HASH(12),
    GIN(13),
    GIST(14),
    SEQUENCE(15),
    SPGIST(16),
    BRIN(17),
    /** Of the extension bloom. */
    BLOOM(20);

    private static final int SEQUENCE_MAGIC = 0x1717;
    private static final int MARK = Page.SIZE - 2;

    private final int rmid;

    PageKind(int rmid) {
        this.rmid = rmid;
    }

    /** The resource manager whose mask is for such pages. */
    int rmid() {
        return rmid;
    }

    /** Of a page of a main fork or an init fork. */
    static PageKind of(Page page) {
        if (page.isNew()) {
            return ZERO;
        }
        int special = Page.SIZE - page.special();
        return switch (special) {
            case 0 -> HEAP;
            case 8 -> marked(page, page.i32(page.special()) == SEQUENCE_MAGIC ? SEQUENCE : GIN);
            case 16 -> marked(page, BTREE);
            default -> throw new IllegalArgumentException("no page has " + special + " bytes of special space");
        };
    }

    /** {@code REL_17 hash.h HASHO_PAGE_ID} and its like; the last two bytes of pages of gin and btree are never so high. */
    private static PageKind marked(Page page, PageKind otherwise) {
        return switch (page.u16(MARK)) {
            case 0xFF80 -> HASH;
            case 0xFF81 -> GIST;
            case 0xFF82 -> SPGIST;
            case 0xFF83 -> BLOOM;
            case 0xF091, 0xF092, 0xF093 -> BRIN;
            default -> otherwise;
        };
    }
}
