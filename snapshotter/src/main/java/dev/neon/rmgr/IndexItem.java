package dev.neon.rmgr;

import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.page.PageFormatException;

/**
 * An {@link IndexTuple} where it lies in a page.
 *
 * @param offset of its line pointer
 * @param at     where it begins in the page
 * @param size   in bytes, as it says itself
 */
public record IndexItem(Page page, int offset, int at, int size) {
    private static final int HAS_VARIABLE = 0x4000;
    private static final int HAS_NULLS = 0x8000;
    private static final int HEADER = 8;
    /** The bitmap of nulls has 32 bits, whatever the index has, and is padded. */
    private static final int HEADER_WITH_NULLS = 16;

    /** @throws PageFormatException if there is no such item, or it does not lie within the page */
    public static IndexItem of(Page page, int offset) {
        int at = page.normalItem(offset);
        int size = page.u16(at + IndexTuple.INFO) & IndexTuple.SIZE;
        if (size < HEADER || at + size > Page.SIZE) {
            throw new PageFormatException("item " + offset + " says that it has " + size + " bytes");
        }
        return new IndexItem(page, offset, at, size);
    }

    /** {@code t_info}. */
    public int info() {
        return page.u16(at + IndexTuple.INFO);
    }

    /** {@code t_tid}. */
    public ItemPointer pointer() {
        return ItemPointer.at(page, at);
    }

    public boolean isDead() {
        return page.itemState(offset) == Page.DEAD;
    }

    /** {@code IndexInfoFindDataOffset}: where the attributes begin, from the tuple's beginning. */
    public int dataOffset() {
        return (info() & HAS_NULLS) == 0 ? HEADER : HEADER_WITH_NULLS;
    }

    /** The attributes, up to {@code end} bytes from the tuple's beginning. */
    public byte[] data(int end) {
        if (end < dataOffset() || end > size) {
            throw new PageFormatException("item " + offset + " has " + size + " bytes, its attributes end at " + end);
        }
        return page.copy(at + dataOffset(), at + end);
    }

    /** What all index tuples have: {@code itemoffset}, {@code ctid}, {@code itemlen}, {@code nulls}, {@code vars}. */
    public PageFields fields() {
        return new PageFields().put("itemoffset", offset).put("ctid", pointer().tid()).put("itemlen", size)
                .put("nulls", (info() & HAS_NULLS) != 0).put("vars", (info() & HAS_VARIABLE) != 0);
    }
}
