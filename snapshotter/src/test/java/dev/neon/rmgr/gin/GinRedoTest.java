package dev.neon.rmgr.gin;

import static dev.neon.redo.CraftedRedo.after;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.api.Test;

class GinRedoTest {
    private static final String TUPLE = "0000 0700 0200 1000 2a00000000000000";
    private static final String OTHER = "0000 0800 0200 1000 2b00000000000000";
    private static final String METADATA = "02000000 03000000 64000000 04000000 0500000000000000 06000000 07000000"
            + "08000000 00000000 0900000000000000 02000000 00000000";
    private static final String LIST_1 = "0000 0700 0100 0100 01 00";
    private static final String LIST_2 = "0000 0800 0100 0200 01 01";
    private static final String LIST_3 = "0000 0900 0100 0000";

    private static CraftedRecord gin(int operation) {
        return record(17, "Gin", operation);
    }

    private static byte[] bytes(String hexadecimal) {
        return CraftedRecord.bytes(hexadecimal);
    }

    private static Page page(int flags) {
        Page page = Page.zero();
        GinPage.init(page, flags);
        return page;
    }

    private static Page leaf(String lists) {
        Page page = page(GinPage.DATA | GinPage.LEAF | GinPage.COMPRESSED);
        GinPage.setPostingLists(page, bytes(lists));
        return page;
    }

    private static Page inner(int... children) {
        Page page = page(GinPage.DATA);
        for (int i = 0; i < children.length; i++) {
            GinPage.addPostingItem(page, i + 1, children[i], new ItemPointer(100 * children[i], 1));
        }
        return page;
    }

    private static void assertLists(String lists, Page page) {
        assertArrayEquals(bytes(lists), GinPage.postingLists(page));
    }

    /** The links of an inner page, as WAL has them. */
    private static void assertLinks(String links, Page page) {
        byte[] expected = bytes(links);
        assertArrayEquals(expected, page.copy(32, page.lower()));
        assertEquals(expected.length / 10, GinPage.maxOffset(page));
    }

    @Test
    void aPostingTreeBegins() {
        Page page = after(gin(0x10).newBlock("").main("0a000000" + LIST_1), 0, inner(1));
        assertLists(LIST_1, page);
        assertTrue(GinPage.has(page, GinPage.COMPRESSED));
        assertEquals(leaf(LIST_1).lower(), page.lower());
        assertFalse(page.lsn() == 0);
    }

    @Test
    void anEntryIsInsertedOrReplaced() {
        Page before = page(GinPage.LEAF);
        before.appendItem(bytes(TUPLE));
        Page inserted = after(gin(0x20).block(0, "0100 00 00" + OTHER).main("0200"), 0, before);
        assertEquals(2, inserted.itemCount());
        assertArrayEquals(bytes(OTHER), inserted.item(1));
        Page replaced = after(gin(0x20).block(0, "0100 01 00" + OTHER).main("0200"), 0, before);
        assertEquals(1, replaced.itemCount());
        assertArrayEquals(bytes(OTHER), replaced.item(1));
    }

    @Test
    void aSplitOfTheEntryTreeEnds() {
        Page parent = page(0);
        parent.appendItem(bytes(TUPLE));
        Page child = page(GinPage.LEAF | GinPage.INCOMPLETE_SPLIT);
        CraftedRecord record = gin(0x20).block(0, "0100 00 00" + OTHER).block(1, "").main("0000 0000 0800 0100 0900");
        Page linked = after(record, 0, parent);
        assertArrayEquals(bytes(OTHER), linked.item(1));
        assertArrayEquals(bytes("0100 0900 0000 1000 2a00000000000000"), linked.item(2));
        assertFalse(GinPage.has(after(record, 1, child), GinPage.INCOMPLETE_SPLIT));
    }

    @Test
    void aSplitOfAPostingTreeEnds() {
        CraftedRecord record = gin(0x20).block(0, "0200 0000 0200 0000 0900 0100").block(1, "")
                .main("0100 0000 0200 0000 0400");
        assertLinks("0000 0100 0000 6400 0100  0000 0200 0000 0900 0100  0000 0400 0000 c800 0100"
                + "0000 0300 0000 2c01 0100", after(record, 0, inner(1, 2, 3)));
        assertThrows(PageFormatException.class, () -> after(record, 0, inner()));
        assertThrows(PageFormatException.class, () -> after(record, 0, leaf(LIST_1)));
    }

    @Test
    void postingListsChange() {
        String actions = "0400  00 01  01 02" + LIST_3 + "01 03" + LIST_1 + "02 04 0200 0000 0900 0200 0000 0900 0300";
        assertLists(LIST_3 + LIST_1 + "0000 0900 0100 0200 01 01",
                after(gin(0x90).block(0, actions), 0, leaf(LIST_1 + LIST_2 + LIST_3)));
        assertLists(LIST_1 + LIST_2 + LIST_3,
                after(gin(0x20).block(0, "0100 01 02" + LIST_2).main("0300"), 0, leaf(LIST_1 + LIST_3)));
        assertLists(LIST_1 + LIST_3,
                after(gin(0x20).block(0, "0100 01 02" + LIST_3).main("0300"), 0, leaf(LIST_1)));
        assertThrows(PageFormatException.class, () -> after(gin(0x90).block(0, "0100 01 01"), 0, leaf(LIST_1)));
        assertThrows(PageFormatException.class, () -> after(gin(0x90).block(0, "0100 00 01"), 0, inner(1)));
    }

    @Test
    void aPageOfOldIsCompressedFirst() {
        Page before = page(GinPage.DATA | GinPage.LEAF);
        before.put(32, bytes("0000 0700 0100 0000 0700 0200"));
        GinPage.setMaxOffset(before, 2);
        Page page = after(gin(0x20).block(0, "0100 01 02" + LIST_2).main("0300"), 0, before);
        assertLists(LIST_1 + LIST_2, page);
        assertTrue(GinPage.has(page, GinPage.COMPRESSED));
        assertEquals(0, GinPage.maxOffset(page));
    }

    @Test
    void splitAndVacuumedPagesComeAsImages() {
        String main = "7f060000 05000000 10400000 09000000 02000000 03000000 0000 cccc";
        CraftedRecord split = gin(0x30).restoredBlock(0).restoredBlock(1).block(3, "").main(main);
        assertFalse(GinPage.has(after(split, 3, page(GinPage.INCOMPLETE_SPLIT)), GinPage.INCOMPLETE_SPLIT));
        CraftedRecord without = gin(0x30).restoredBlock(0).block(1, "").block(3, "").main(main);
        assertThrows(UnsupportedWalException.class, () -> after(without, 1, page(0)));
        assertThrows(UnsupportedWalException.class, () -> after(gin(0x40).block(0, ""), 0, page(GinPage.LEAF)));
    }

    @Test
    void aPageIsDeleted() {
        CraftedRecord record = gin(0x50).block(0, "").block(1, "").block(2, "").main("0200 cccc 09000000 bc020000");
        Page deleted = after(record, 0, leaf(""));
        assertTrue(GinPage.has(deleted, GinPage.DELETED));
        assertEquals(700, deleted.pruneXid());
        assertLinks("0000 0100 0000 6400 0100  0000 0300 0000 2c01 0100", after(record, 1, inner(1, 2, 3)));
        Page left = after(record, 2, leaf(LIST_1));
        assertEquals(9, left.i32(left.special()));
    }

    @Test
    void thePendingListGrows() {
        String main = "7f060000 05000000 10400000 cccccccc" + METADATA;
        CraftedRecord appended = gin(0x60).newBlock("").block(1, TUPLE + OTHER)
                .main(main + "ffffffff ffffffff 02000000 cccccccc");
        Page meta = after(appended, 0, Page.zero());
        assertArrayEquals(bytes(METADATA), meta.copy(Page.HEADER, meta.lower()));
        assertTrue(GinPage.has(meta, GinPage.META));
        Page list = page(GinPage.LIST);
        Page tail = after(appended, 1, list);
        assertArrayEquals(bytes(OTHER), tail.item(2));
        assertEquals(1, GinPage.maxOffset(tail));
        Page linked = after(gin(0x60).newBlock("").block(1, "").main(main + "03000000 08000000 00000000 cccccccc"), 1,
                list);
        assertEquals(8, linked.i32(linked.special()));
        assertEquals(0, after(gin(0x60).newBlock("").block(1, "").main(main + "ffffffff 08000000 00000000 cccccccc"),
                1, list).lsn());
    }

    @Test
    void pagesOfThePendingListAreMadeAndGivenUp() {
        Page last = after(gin(0x70).newBlock(TUPLE + OTHER).main("ffffffff 02000000"), 0, Page.zero());
        assertEquals(2, last.itemCount());
        assertEquals(1, GinPage.maxOffset(last));
        assertTrue(GinPage.has(last, GinPage.LIST) && GinPage.has(last, GinPage.LIST_FULLROW));
        Page other = after(gin(0x70).newBlock(TUPLE).main("08000000 01000000"), 0, Page.zero());
        assertEquals(8, other.i32(other.special()));
        assertEquals(0, GinPage.maxOffset(other));
        assertFalse(GinPage.has(other, GinPage.LIST_FULLROW));
        CraftedRecord delete = gin(0x80).newBlock("").newBlock("").main(METADATA + "01000000 cccccccc");
        assertTrue(GinPage.has(after(delete, 0, last), GinPage.META));
        Page gone = after(delete, 1, last);
        assertTrue(GinPage.has(gone, GinPage.DELETED) && gone.isEmpty());
    }
}
