package dev.neon.rmgr.btree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.PageRedo;
import dev.neon.wal.CraftedRecord;
import dev.neon.wal.WalRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operation on each of its pages, byte by byte. */
class BtreeRedoTest {
    /** A high key, which has no row. */
    private static final String HIGH = "0000 0000 0100 1020 6300000000000000";
    private static final String METADATA = "04000000 03000000 02000000 01000000 00000000 05000000 01 cccccc";
    private static final String META_PAGE = "62310500 04000000 03000000 02000000 01000000 00000000 05000000 00000000"
            + "000000000000f0bf 01 00000000000000";

    /** A tuple of row 7/offset. */
    private static String row(int offset) {
        return "0000 0700 0" + offset + "00 1000 2a00000000000000";
    }

    /** A posting list of the rows 7/offset, of the same key; aligned. */
    private static String rows(int... offsets) {
        int size = Page.aligned(16 + 6 * offsets.length);
        StringBuilder tuple = new StringBuilder("0000 1000 0" + offsets.length + "20 " + HexFormat.of().toHexDigits(
                (byte) size) + "20 2a00000000000000");
        for (int offset : offsets) {
            tuple.append("0000 0700 0").append(offset).append("00");
        }
        return tuple.append("00".repeat(size - 16 - 6 * offsets.length)).toString();
    }

    /** A tuple of an inner page. */
    private static String link(int block, int key) {
        return "0000 0" + block + "00 0100 1020 0" + key + "00000000000000";
    }

    private static Page page(int left, int right, int level, int flags, String... items) {
        Page page = Page.zero();
        new BtreePage(page).init(left, right, level, flags);
        for (String item : items) {
            page.appendItem(CraftedRecord.bytes(item));
        }
        return page;
    }

    /** A leaf between 5 and 6, of the cycle id 77. */
    private static Page leaf(String... items) {
        Page page = page(5, 6, 0, BtreePage.LEAF | BtreePage.HAS_GARBAGE, items);
        page.put16(Page.SIZE - 2, 77);
        return page;
    }

    private static CraftedRecord crafted(int operation) {
        return crafted(PostgresMajor.V18, operation);
    }

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 11, operation);
    }

    private static Page redone(CraftedRecord crafted, int id, Page page) {
        WalRecord record = crafted.read();
        try (PageRedo redo = new PageRedo(crafted.major())) {
            redo.redo(record, id, page);
        }
        assertEquals(record.end().value(), page.lsn());
        return page;
    }

    private static void assertItems(Page page, String... expected) {
        List<String> items = IntStream.rangeClosed(1, page.itemCount())
                .mapToObj(offset -> HexFormat.of().formatHex(page.item(offset))).toList();
        assertEquals(List.of(expected).stream().map(item -> item.replace(" ", "")).toList(), items);
    }

    private static void assertSpecial(Page page, int left, int right, int level, int flags, int cycleId) {
        assertEquals(List.of(left, right, level, flags, cycleId), List.of(page.i32(8176), page.i32(8180),
                page.i32(8184), page.u16(8188), page.u16(8190)));
    }

    private static void assertMetaPage(Page page) {
        assertEquals(72, page.lower());
        assertArrayEquals(CraftedRecord.bytes(META_PAGE), page.copy(24, 72));
        assertSpecial(page, 0, 0, 0, BtreePage.META, 0);
    }

    @Test
    void insertLeaf() {
        Page page = redone(crafted(0x00).block(row(3)).main("0300"), 0, leaf(HIGH, row(1), row(2)));
        assertItems(page, HIGH, row(1), row(3), row(2));
        assertSpecial(page, 5, 6, 0, BtreePage.LEAF | BtreePage.HAS_GARBAGE, 77);
    }

    @Test
    void insertUpperAndMeta() {
        CraftedRecord record = crafted(0x20).block(link(3, 4)).block("").block(METADATA).main("0200");
        assertItems(redone(record, 0, page(0, 0, 1, BtreePage.ROOT, link(1, 0), link(2, 5))), link(1, 0), link(3, 4),
                link(2, 5));
        Page child = leaf(HIGH);
        new BtreePage(child).setFlags(BtreePage.LEAF | BtreePage.INCOMPLETE_SPLIT);
        assertSpecial(redone(record, 1, child), 5, 6, 0, BtreePage.LEAF, 77);
        assertMetaPage(redone(record, 2, Page.zero()));
    }

    @Test
    void insertIntoAPostingList() {
        CraftedRecord record = crafted(0x50).block("0200" + row(5)).main("0300");
        assertItems(redone(record, 0, leaf(HIGH, rows(1, 3, 9))), HIGH, rows(1, 3, 5), row(9));
        assertThrows(PageFormatException.class, () -> redone(record, 0, leaf(HIGH, rows(1, 9))));
        assertThrows(PageFormatException.class, () -> redone(record, 0, leaf(HIGH, row(1))));
    }

    @Test
    void splitWithTheNewItemOnTheLeft() {
        CraftedRecord record = crafted(0x30).block(row(9) + HIGH).block(row(4)).block("").main(
                "00000000 0400 0300 0000");
        Page left = redone(record, 0, leaf(row(8), row(1), row(2), row(3), row(4)));
        assertItems(left, HIGH, row(1), row(9), row(2));
        assertSpecial(left, 5, 11, 0, BtreePage.LEAF | BtreePage.INCOMPLETE_SPLIT, 0);
        assertEquals(0, left.u32(left.lower()));
    }

    @Test
    void splitWithTheNewItemAtTheEndOfTheLeft() {
        CraftedRecord record = crafted(0x30).block(row(9) + HIGH).block(row(4)).block("").main(
                "00000000 0300 0300 0000");
        assertItems(redone(record, 0, leaf(row(8), row(1), row(2))), HIGH, row(1), row(9));
    }

    @Test
    void splitOfTheLastPageOfALevel() {
        CraftedRecord record = crafted(0x40).block(HIGH).block(row(4) + row(3)).main("00000000 0300 0400 0000");
        Page left = page(5, 0, 0, BtreePage.LEAF | BtreePage.ROOT, row(1), row(2), row(3));
        assertItems(redone(record, 0, left), HIGH, row(1), row(2));
        assertSpecial(left, 5, 11, 0, BtreePage.LEAF | BtreePage.INCOMPLETE_SPLIT, 0);
        Page right = redone(record, 1, Page.zero());
        assertItems(right, row(3), row(4));
        assertSpecial(right, 10, 0, 0, BtreePage.LEAF, 0);
    }

    @Test
    void splitOfAPostingList() {
        String main = "00000000 0400 0400 0200";
        CraftedRecord onTheRight = crafted(0x40).block(row(5) + HIGH).block(row(9)).main(main);
        assertItems(redone(onTheRight, 0, leaf(row(8), row(1), rows(2, 3, 9), row(4))), HIGH, row(1), rows(2, 3, 5));
        CraftedRecord onTheLeft = crafted(0x30).block(row(5) + HIGH).block(row(9)).main(main);
        assertItems(redone(onTheLeft, 0, leaf(row(8), row(1), rows(2, 3, 9), row(4))), HIGH, row(1), rows(2, 3, 5),
                row(9));
    }

    @Test
    void splitOfAnInnerPage() {
        CraftedRecord record = crafted(0x40).block(HIGH).block(link(3, 4)).block("").block("").main(
                "01000000 0300 0400 0000");
        Page left = redone(record, 0, page(5, 6, 1, 0, HIGH, link(1, 0), link(2, 4)));
        assertItems(left, HIGH, link(1, 0));
        assertSpecial(left, 5, 11, 1, BtreePage.INCOMPLETE_SPLIT, 0);
        assertSpecial(redone(record, 1, Page.zero()), 10, 12, 1, 0, 0);
        assertSpecial(redone(record, 2, page(10, 4, 1, 0)), 11, 4, 1, 0, 0);
        assertSpecial(redone(record, 3, page(1, 2, 0, BtreePage.LEAF | BtreePage.INCOMPLETE_SPLIT)), 1, 2, 0,
                BtreePage.LEAF, 0);
    }

    @Test
    void dedup() {
        Page page = redone(crafted(0x60).block("0300 0200 0600 0200").main("0200"), 0,
                leaf(HIGH, row(1), row(2), rows(3, 4), row(5), row(6), rows(7, 8), row(9)));
        assertItems(page, HIGH, row(1), rows(2, 3, 4), row(5), rows(6, 7, 8), row(9));
        assertSpecial(page, 5, 6, 0, BtreePage.LEAF, 77);
        assertItems(redone(crafted(0x60).block("0100 0200").main("0100"), 0,
                page(5, 0, 0, BtreePage.LEAF, row(1), row(2))), rows(1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void vacuum(int major) {
        CraftedRecord record = crafted(PostgresMajor.of(major), 0xC0)
                .block("0200 0400  0300 0500  0200 0000 0200  0100 0100").main("0200 0200");
        Page page = redone(record, 0, leaf(HIGH, row(1), rows(2, 3, 4), row(5), rows(6, 7, 8)));
        assertItems(page, HIGH, row(3), rows(6, 8));
        assertSpecial(page, 5, 6, 0, BtreePage.LEAF, major >= 18 ? 0 : 77);
    }

    @Test
    void delete() {
        CraftedRecord record = crafted(0x70).block("0200 0300 0400").main("ffffffff 0300 0000 01");
        Page page = redone(record, 0, leaf(HIGH, row(1), row(2), row(3), row(4)));
        assertItems(page, HIGH, row(4));
        assertSpecial(page, 5, 6, 0, BtreePage.LEAF, 77);
    }

    @Test
    void rowsThatAPostingListDoesNotHave() {
        CraftedRecord record = crafted(0x70).block("0100  0100 0300").main("ffffffff 0000 0100 01");
        assertThrows(PageFormatException.class, () -> redone(record, 0, leaf(rows(1, 2, 3))));
        CraftedRecord all = crafted(0x70).block("0100  0200 0000 0100").main("ffffffff 0000 0100 01");
        assertThrows(PageFormatException.class, () -> redone(all, 0, leaf(rows(1, 2))));
    }

    @Test
    void damagedPostingLists() {
        CraftedRecord record = crafted(0x70).block("0100  0100 0000").main("ffffffff 0000 0100 01");
        for (String list : List.of("ffff 1000 0320", "0000 0400 0320", "0000 2800 0320", "0000 1000 0520")) {
            Page page = leaf(list + rows(1, 2, 3).replace(" ", "").substring(12));
            assertThrows(PageFormatException.class, () -> redone(record, 0, page));
        }
    }

    @Test
    void markPageHalfDead() {
        CraftedRecord record = crafted(0xB0).block("").block("").main(
                "0200 cccc 0a000000 05000000 06000000 44332211");
        Page leaf = redone(record, 0, Page.zero());
        assertItems(leaf, "2211 4433 0000 0820");
        assertSpecial(leaf, 5, 6, 0, BtreePage.HALF_DEAD | BtreePage.LEAF, 0);
        assertItems(redone(record, 1, page(0, 0, 1, BtreePage.ROOT, link(1, 0), link(2, 3), link(4, 5))), link(1, 0),
                link(4, 3));
    }

    @Test
    void unlinkPage() {
        CraftedRecord record = crafted(0x90).block("").block("").block("").block("").block(METADATA).main(
                "05000000 06000000 01000000 cccccccc 8877665544332211 07000000 08000000 ffffffff");
        Page deleted = redone(record, 0, Page.zero());
        assertEquals(32, deleted.lower());
        assertEquals(0x1122334455667788L, deleted.i64(24));
        assertSpecial(deleted, 5, 6, 1, BtreePage.DELETED | BtreePage.HAS_FULL_XID, 0);
        assertSpecial(redone(record, 1, page(4, 10, 1, 0)), 4, 6, 1, 0, 0);
        assertSpecial(redone(record, 2, page(10, 0, 1, 0)), 5, 0, 1, 0, 0);
        Page leaf = redone(record, 3, Page.zero());
        assertItems(leaf, "ffff ffff 0000 0820");
        assertSpecial(leaf, 7, 8, 0, BtreePage.HALF_DEAD | BtreePage.LEAF, 0);
        assertMetaPage(redone(record, 4, Page.zero()));
    }

    @Test
    void newRoot() {
        CraftedRecord first = crafted(0xA0).block("").block(2, METADATA).main("01000000 00000000");
        assertSpecial(redone(first, 0, Page.zero()), 0, 0, 0, BtreePage.ROOT | BtreePage.LEAF, 0);
        assertMetaPage(redone(first, 2, Page.zero()));
        CraftedRecord above = crafted(0xA0).block(link(2, 5) + link(1, 0)).block("").block(METADATA).main(
                "03000000 01000000");
        Page root = redone(above, 0, Page.zero());
        assertItems(root, link(1, 0), link(2, 5));
        assertSpecial(root, 0, 0, 1, BtreePage.ROOT, 0);
        assertSpecial(redone(above, 1, page(0, 2, 0, BtreePage.LEAF | BtreePage.INCOMPLETE_SPLIT)), 0, 2, 0,
                BtreePage.LEAF, 0);
    }

    @Test
    void metaCleanup() {
        assertMetaPage(redone(crafted(0xE0).block(METADATA), 0, Page.zero()));
    }

    @Test
    void aPageOfAnotherKind() {
        Page heap = Page.zero();
        heap.init(0);
        assertThrows(PageFormatException.class, () -> redone(crafted(0x60).block("0100 0200").main("0100"), 0, heap));
    }
}
