package dev.neon.rmgr.gin;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;

/**
 * What gin keeps in a page ({@code REL_17 ginblock.h}). At the page's end stands {@code GinPageOpaqueData}:
 * <pre>
 *  0  u32 rightlink   0xFFFFFFFF for none
 *  4  u16 maxoff      how many links an inner page of a posting tree has, or rows a page of the pending list
 *  6  u16 flags
 * </pre>
 * A page of a posting tree has, after the header:
 * <pre>
 *  0  6 bytes, and 2 of padding: the highest row that may be in the page
 *  8  leaf: compressed posting lists up to pd_lower
 *     inner page: maxoff times u16 bi_hi, u16 bi_lo, the child; 6 bytes, the child's highest row   (PostingItem)
 * </pre>
 */
final class GinPage {
    static final int DATA = 0x01;
    static final int LEAF = 0x02;
    static final int DELETED = 0x04;
    static final int META = 0x08;
    static final int LIST = 0x10;
    static final int LIST_FULLROW = 0x20;
    static final int INCOMPLETE_SPLIT = 0x40;
    static final int COMPRESSED = 0x80;

    /** {@code InvalidBlockNumber}. */
    static final int NO_BLOCK = -1;

    /** {@code GinDataPageMaxDataSize}: bytes that posting lists or links may take. */
    static final int MAX_DATA = Page.SIZE - Page.HEADER - 8 - 8;

    private static final int OPAQUE_SIZE = 8;
    private static final int RIGHT_LINK = 0;
    private static final int MAX_OFFSET = 4;
    private static final int FLAGS = 6;

    private static final int DATA_START = Page.HEADER + 8;
    private static final int POSTING_ITEM = 10;

    private GinPage() {}

    /** {@code GinInitPage}. */
    static void init(Page page, int flags) {
        page.init(OPAQUE_SIZE);
        setRightLink(page, NO_BLOCK);
        page.put16(opaque(page) + FLAGS, flags);
    }

    /** {@code GinInitMetabuffer}, with other contents. */
    static void initMeta(Page page, GinMetadata metadata) {
        init(page, META);
        metadata.put(page, Page.HEADER);
        page.setLower(Page.HEADER + GinMetadata.BYTES);
    }

    private static int opaque(Page page) {
        return page.special(OPAQUE_SIZE);
    }

    static int flags(Page page) {
        return page.u16(opaque(page) + FLAGS);
    }

    static boolean has(Page page, int flag) {
        return (flags(page) & flag) != 0;
    }

    static int rightLink(Page page) {
        return page.i32(opaque(page) + RIGHT_LINK);
    }

    static void setFlag(Page page, int flag, boolean isSet) {
        int at = opaque(page) + FLAGS;
        page.put16(at, isSet ? page.u16(at) | flag : page.u16(at) & ~flag);
    }

    static void setRightLink(Page page, int block) {
        page.put32(opaque(page) + RIGHT_LINK, block);
    }

    static int maxOffset(Page page) {
        return page.u16(opaque(page) + MAX_OFFSET);
    }

    static void setMaxOffset(Page page, int count) {
        page.put16(opaque(page) + MAX_OFFSET, count);
    }

    /** {@code GinSetDownlink}: the item of an inner page of the entry tree leads to another child. */
    static void setDownlink(Page page, int offset, int child) {
        new ItemPointer(child, 0).put(page, page.normalItem(offset));
    }

    /** The child that a link of an inner page of a posting tree leads to. */
    static void setChild(Page page, int offset, int child) {
        ItemPointer.putBlock(page, postingItem(page, offset, maxOffset(page)), child);
    }

    static int child(Page page, int offset) {
        return ItemPointer.at(page, postingItem(page, offset, maxOffset(page))).block();
    }

    /** The highest row below such a link. */
    static ItemPointer key(Page page, int offset) {
        return ItemPointer.at(page, postingItem(page, offset, maxOffset(page)) + 4);
    }

    /** {@code GinDataPageAddPostingItem}. */
    static void addPostingItem(Page page, int offset, int child, ItemPointer key) {
        int count = maxOffset(page);
        int at = postingItem(page, offset, count + 1);
        int end = DATA_START + count * POSTING_ITEM;
        if (end + POSTING_ITEM > DATA_START + MAX_DATA) {
            throw new PageFormatException("one link more than " + count + " has no room in the page");
        }
        page.move(at, at + POSTING_ITEM, end - at);
        ItemPointer.putBlock(page, at, child);
        key.put(page, at + 4);
        setMaxOffset(page, count + 1);
        setDataSize(page, (count + 1) * POSTING_ITEM);
    }

    /** {@code GinPageDeletePostingItem}. */
    static void deletePostingItem(Page page, int offset) {
        int count = maxOffset(page);
        int at = postingItem(page, offset, count);
        page.move(at + POSTING_ITEM, at, DATA_START + count * POSTING_ITEM - at - POSTING_ITEM);
        setMaxOffset(page, count - 1);
        setDataSize(page, (count - 1) * POSTING_ITEM);
    }

    private static int postingItem(Page page, int offset, int last) {
        if (!has(page, DATA) || has(page, LEAF) || offset < 1 || offset > last) {
            throw new PageFormatException("the page has no link " + offset + " of a posting tree");
        }
        return DATA_START + (offset - 1) * POSTING_ITEM;
    }

    /** The compressed posting lists of a leaf, one after another. */
    static byte[] postingLists(Page page) {
        int lower = page.lower();
        if (lower < DATA_START || lower > DATA_START + MAX_DATA) {
            throw new PageFormatException("posting lists that end at " + lower);
        }
        return page.copy(DATA_START, lower);
    }

    /** The rows of a leaf that a release before 9.4 has written, 6 bytes each. */
    static byte[] uncompressedRows(Page page) {
        return page.copy(DATA_START, DATA_START + maxOffset(page) * ItemPointer.BYTES);
    }

    static void setPostingLists(Page page, byte[] lists) {
        if (lists.length > MAX_DATA) {
            throw new PageFormatException(lists.length + " bytes of posting lists have no room in a page");
        }
        page.put(DATA_START, lists);
        setDataSize(page, lists.length);
    }

    private static void setDataSize(Page page, int size) {
        page.setLower(DATA_START + size);
    }
}
