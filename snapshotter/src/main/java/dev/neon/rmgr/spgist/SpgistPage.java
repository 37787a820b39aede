package dev.neon.rmgr.spgist;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import java.util.Arrays;

/**
 * What SP-GiST keeps in a page ({@code REL_17 spgist_private.h}). At the page's end stands {@code SpGistPageOpaqueData}:
 * <pre>
 *  0  u16 flags          4  u16 nPlaceholder
 *  2  u16 nRedirection   6  u16 spgist_page_id
 * </pre>
 * A tuple begins with
 * <pre>
 * SpGistInnerTupleData                       SpGistLeafTupleData, SpGistDeadTupleData
 *  0  u32 2 bits tupstate                     0  u32 2 bits tupstate
 *         1 bit  allTheSame                          30 bits size
 *         13 bits nNodes                      4  u16 14 bits nextOffset, 2 bits
 *         16 bits prefixSize                  6  6 bytes, the row; of a dead one, where it has gone
 *  4  u16 size                               12  dead: u32 xid, with which it has gone
 *  6  2 bytes of padding
 *  8  the prefix, then the nodes, each an index tuple
 * </pre>
 */
final class SpgistPage {
    static final int META = 0x01;
    static final int DELETED = 0x02;
    static final int LEAF = 0x04;
    static final int NULLS = 0x08;

    /** {@code SPGIST_REDIRECT}: a dead tuple that tells where the tuple has gone. */
    static final int REDIRECT = 1;
    /** {@code SPGIST_DEAD}. */
    static final int DEAD = 2;
    /** {@code SPGIST_PLACEHOLDER}: keeps the offsets of those after it. */
    static final int PLACEHOLDER = 3;

    static final int STATE = 3;

    private static final int OPAQUE_SIZE = 8;
    private static final int REDIRECTIONS = 2;
    private static final int PLACEHOLDERS = 4;
    private static final int PAGE_ID = 6;
    private static final int SPGIST_PAGE_ID = 0xFF82;

    static final int NEXT = 4;
    static final int NEXT_OFFSET = 0x3FFF;
    static final int POINTER = 6;

    private static final int PREFIX = 8;
    private static final int NODE_INFO = 6;
    private static final int NODE_SIZE = 0x1FFF;

    private SpgistPage() {}

    /** {@code SpGistInitPage}. */
    static void init(Page page, int flags) {
        page.init(OPAQUE_SIZE);
        page.put16(opaque(page), flags);
        page.put16(opaque(page) + PAGE_ID, SPGIST_PAGE_ID);
    }

    static void initLeaf(Page page, boolean storesNulls) {
        init(page, storesNulls ? LEAF | NULLS : LEAF);
    }

    static int flags(Page page) {
        return page.u16(opaque(page));
    }

    static int redirections(Page page) {
        return page.u16(opaque(page) + REDIRECTIONS);
    }

    static int placeholders(Page page) {
        return page.u16(opaque(page) + PLACEHOLDERS);
    }

    private static int opaque(Page page) {
        return page.special(OPAQUE_SIZE);
    }

    static void countRedirections(Page page, int more) {
        count(page, REDIRECTIONS, more);
    }

    static void countPlaceholders(Page page, int more) {
        count(page, PLACEHOLDERS, more);
    }

    private static void count(Page page, int field, int more) {
        int at = opaque(page) + field;
        int count = page.u16(at) + more;
        if (count < 0) {
            throw new PageFormatException("the page has " + page.u16(at) + " redirects or placeholders, "
                    + -more + " of them go");
        }
        page.put16(at, count);
    }

    /** {@code addOrReplaceTuple}: at a new offset, or at that of a placeholder. */
    static void add(Page page, int offset, byte[] tuple) {
        if (offset <= page.itemCount()) {
            if (state(page, offset) != PLACEHOLDER) {
                throw new PageFormatException("item " + offset + " is no placeholder");
            }
            countPlaceholders(page, -1);
            page.deleteItem(offset);
        }
        page.insertItem(offset, tuple);
    }

    /** Puts a tuple in the place of another. */
    static void replace(Page page, int offset, byte[] tuple) {
        page.deleteItem(offset);
        page.insertItem(offset, tuple);
    }

    private static int state(Page page, int offset) {
        return page.i32(page.normalItem(offset)) & STATE;
    }

    /** A redirect becomes a placeholder; its xid stays. */
    static void endRedirect(Page page, int offset) {
        int at = page.normalItem(offset);
        page.put32(at, page.i32(at) & ~STATE | PLACEHOLDER);
        ItemPointer.INVALID.put(page, at + POINTER);
    }

    /** {@code SGLT_SET_NEXTOFFSET}: links a leaf tuple to the next one in its chain. */
    static void setNext(Page page, int offset, int next) {
        int at = page.normalItem(offset) + NEXT;
        page.put16(at, page.u16(at) & ~NEXT_OFFSET | next & NEXT_OFFSET);
    }

    /**
     * {@code spgPageIndexMultiDelete}: dead tuples take the places of others.
     *
     * @param offsets in any order
     * @param first   for the first of the offsets
     * @param rest    for the others
     */
    static void bury(Page page, int[] offsets, DeadTuple first, DeadTuple rest) {
        int[] sorted = offsets.clone();
        Arrays.sort(sorted);
        page.deleteItems(sorted);
        for (int offset : sorted) {
            add(page, offset, offset == offsets[0] ? first : rest);
        }
    }

    /** A dead tuple takes the place of another. */
    static void bury(Page page, int offset, DeadTuple dead) {
        page.deleteItem(offset);
        add(page, offset, dead);
    }

    private static void add(Page page, int offset, DeadTuple dead) {
        page.insertItem(offset, dead.bytes());
        switch (dead.state()) {
            case REDIRECT -> countRedirections(page, 1);
            case PLACEHOLDER -> countPlaceholders(page, 1);
            default -> { }
        }
    }

    /**
     * {@code spgUpdateNodeLink}.
     *
     * @param offset of the inner tuple
     * @param nodeI  the node
     * @param child  the tuple that the node now leads to
     */
    static void setLink(Page page, int offset, int nodeI, ItemPointer child) {
        int tuple = page.normalItem(offset);
        int end = tuple + page.itemLength(offset);
        int node = tuple + PREFIX + (page.i32(tuple) >>> 16);
        int count = page.i32(tuple) >>> 3 & 0x1FFF;
        for (int i = 0; i < nodeI && node + PREFIX <= end; i++) {
            node += page.u16(node + NODE_INFO) & NODE_SIZE;
        }
        if (nodeI >= count || node + PREFIX > end) {
            throw new PageFormatException("the inner tuple " + offset + " has no node " + nodeI);
        }
        child.put(page, node);
    }
}
