package dev.neon.rmgr.heap;

import static dev.neon.redo.RedoTests.empty;
import static dev.neon.redo.RedoTests.end;
import static dev.neon.redo.RedoTests.item;
import static dev.neon.redo.RedoTests.page;
import static dev.neon.redo.RedoTests.redo;
import static dev.neon.redo.RedoTests.redoTouched;
import static dev.neon.redo.RedoTests.touched;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.page.VisibilityMap;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heap's redo, with pages and records of a few bytes. Records are of transaction 700, block 0 is block 10. */
class HeapRedoTest {
    private static final PostgresMajor MAJOR = PostgresMajor.V18;
    /** A tuple of transaction 600 at block 10, line pointer 1, deleted by none, with 4 bytes of data. */
    private static final String TUPLE = "58020000 00000000 07000000 0000 0a00 0100 0100 0009 18 00 11223344";
    private static final List<String> MAP_TOUCHED = List.of("1663/5/16384 fork 2 block 0");

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 10, operation);
    }

    private static String hex(String bytes) {
        return bytes.replace(" ", "");
    }

    private static Page visible(Page page) {
        page.setFlag(Page.ALL_VISIBLE, true);
        return page;
    }

    /** A map that says of all blocks that they are all-visible and all-frozen. */
    private static Page map() {
        Page map = empty();
        map.fill(Page.HEADER, Page.SIZE, 0xFF);
        return map;
    }

    @ParameterizedTest
    @EnumSource
    void insert(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x00).block("0200 2208 18 00aabb").main("0200 00");
        Page page = redo(record, 0, visible(page(TUPLE)));
        assertEquals(hex(TUPLE), item(page, 1));
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0200 0208 18 00aabb"), item(page, 2));
        assertEquals(end(record), page.lsn());
        assertEquals(Page.ALL_VISIBLE, page.flags());
        assertThrows(PageFormatException.class, () -> redo(record, 0, empty()));
        assertThrows(PageFormatException.class, () -> redo(record, 0, page(TUPLE, TUPLE)));
    }

    @Test
    void insertIntoANewPage() {
        CraftedRecord record = crafted(MAJOR, 0x80).newBlock("0200 0208 18 00aabb").main("0100 00");
        Page before = page(TUPLE, TUPLE, TUPLE);
        before.setLsn(Long.MAX_VALUE);
        Page page = redo(record, 0, before);
        assertEquals(1, page.itemCount());
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0100 0200 0208 18 00aabb"), item(page, 1));
        assertEquals(end(record), page.lsn());
    }

    @Test
    void aNewerPageIsLeftAlone() {
        CraftedRecord record = crafted(MAJOR, 0x00).block("0200 0208 18 00aabb").main("0200 00");
        Page page = page(TUPLE);
        page.setLsn(end(record));
        redo(record, 0, page);
        assertEquals(1, page.itemCount());
    }

    @Test
    void insertClearsThatAllIsVisible() {
        CraftedRecord older = crafted(MAJOR, 0x00).block("0200 0208 18 00aabb").main("0200 01");
        assertEquals(0, redo(older, 0, visible(page(TUPLE))).flags());
        assertEquals(MAP_TOUCHED, touched(older));
        Page map = redoTouched(older, map());
        assertEquals(0xCF, map.u8(24 + 2));
        assertEquals(0, map.lsn());
        CraftedRecord newer = older.visibilityMap(1);
        assertEquals(List.of(), touched(newer));
        Page referenced = redo(newer, 1, map());
        assertEquals(0xCF, referenced.u8(24 + 2));
        assertEquals(end(newer), referenced.lsn());
        assertEquals(0, redo(newer, 1, empty()).lsn());
        assertEquals(List.of(), touched(crafted(MAJOR, 0x00).block("0200 0208 18 00aabb").main("0200 00")));
    }

    @Test
    void aMapThatIsNotThereStaysSo() {
        CraftedRecord record = crafted(MAJOR, 0x00).block("0200 0208 18 00aabb").main("0200 01");
        assertArrayEquals(new byte[Page.SIZE], redoTouched(record, Page.zero()).bytes());
    }

    @ParameterizedTest
    @EnumSource
    void delete(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x10).block("").main("bd020000 0100 10 01");
        Page page = redo(record, 0, visible(page(TUPLE)));
        assertEquals(hex("58020000 bd020000 00000000 0000 0a00 0100 0120 0001 18 00 11223344"), item(page, 1));
        assertEquals(700, page.pruneXid());
        assertEquals(0, page.flags());
        assertEquals(end(record), page.lsn());
        assertEquals(MAP_TOUCHED, touched(record));
        assertThrows(PageFormatException.class, () -> redo(record, 0, empty()));
        Page dead = page(TUPLE);
        dead.setDead(1);
        assertThrows(PageFormatException.class, () -> redo(record, 0, dead));
    }

    @Test
    void removalOfASpeculativeInsertionAndMoveToAnotherPartition() {
        Page removed = redo(crafted(MAJOR, 0x10).block("").main("bd020000 0100 00 08"), 0, page(TUPLE));
        assertEquals(hex("00000000 00000000 00000000 0000 0a00 0100 0100 0001 18 00 11223344"), item(removed, 1));
        Page moved = redo(crafted(MAJOR, 0x10).block("").main("bd020000 0100 10 10"), 0, page(TUPLE));
        assertEquals(hex("58020000 bd020000 00000000 ffff ffff fdff 0120 0001 18 00 11223344"), item(moved, 1));
    }

    @ParameterizedTest
    @EnumSource
    void hotUpdate(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x40).block("0180 0028 18 00 55667788")
                .main("bc020000 0100 00 00 00000000 0200");
        Page page = redo(record, 0, visible(page(TUPLE)));
        assertEquals(hex("58020000 bc020000 00000000 0000 0a00 0200 0140 0001 18 00 11223344"), item(page, 1));
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0180 0028 18 00 55667788"), item(page, 2));
        assertEquals(700, page.pruneXid());
        assertEquals(Page.ALL_VISIBLE, page.flags());
        assertEquals(end(record), page.lsn());
    }

    @Test
    void aNewVersionTakesPartsOfTheOldOne() {
        CraftedRecord both = crafted(MAJOR, 0x40).block("0100 0200 0180 0028 18 00 77")
                .main("bc020000 0100 00 60 00000000 0200");
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0180 0028 18 00 11 77 3344"),
                item(redo(both, 0, page(TUPLE)), 2));
        CraftedRecord prefix = crafted(MAJOR, 0x40).block("0300 0180 0028 18 00 77")
                .main("bc020000 0100 00 20 00000000 0200");
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0180 0028 18 00 112233 77"),
                item(redo(prefix, 0, page(TUPLE)), 2));
        CraftedRecord suffix = crafted(MAJOR, 0x40).block("0400 0180 0128 20 0f00000000000000 00 77")
                .main("bc020000 0100 00 40 00000000 0200");
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0180 0128 20 0f0000000000000000 77 11223344"),
                item(redo(suffix, 0, page(TUPLE)), 2));
        CraftedRecord tooMuch = crafted(MAJOR, 0x40).block("0500 0180 0028 18 00")
                .main("bc020000 0100 00 20 00000000 0200");
        assertThrows(PageFormatException.class, () -> redo(tooMuch, 0, page(TUPLE)));
    }

    @ParameterizedTest
    @EnumSource
    void updateOfTwoPages(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0xA0).newBlock("0100 0028 18 00 55667788").block("")
                .main("bc020000 0100 04 03 bd020000 0100");
        Page newer = redo(record, 0, page(TUPLE));
        assertEquals(1, newer.itemCount());
        assertEquals(hex("bc020000 bd020000 00000000 0000 0a00 0100 0100 0028 18 00 55667788"), item(newer, 1));
        assertEquals(0, newer.pruneXid());
        Page older = redo(record, 1, visible(page(TUPLE)));
        assertEquals(1, older.itemCount());
        assertEquals(hex("58020000 bc020000 00000000 0000 0a00 0100 0100 4001 18 00 11223344"), item(older, 1));
        assertEquals(0, older.flags());
        assertEquals(700, older.pruneXid());
        assertEquals(end(record), older.lsn());
    }

    @Test
    void updateClearsBitsOfBothPages() {
        CraftedRecord record = crafted(MAJOR, 0x20).block("0100 0028 18 00 55667788").block("")
                .main("bc020000 0100 00 03 00000000 0200");
        assertEquals(MAP_TOUCHED, touched(record));
        assertEquals(0x0F, redoTouched(record, map()).u8(24 + 2));
        CraftedRecord referenced = record.visibilityMap(2);
        assertEquals(List.of(), touched(referenced));
        assertEquals(0x0F, redo(referenced, 2, map()).u8(24 + 2));
        CraftedRecord onlyOld = crafted(MAJOR, 0x20).block("0100 0028 18 00 55667788").block("").visibilityMap(3)
                .main("bc020000 0100 00 01 00000000 0200");
        assertEquals(0x3F, redo(onlyOld, 3, map()).u8(24 + 2));
        assertEquals(Page.ALL_VISIBLE, redo(onlyOld, 0, visible(page(TUPLE))).flags());
    }

    @Test
    void aNewVersionOnAnotherPageCannotTakePartsOfTheOldOne() {
        CraftedRecord record = crafted(MAJOR, 0x20).block("0100 0100 0028 18 00").block("")
                .main("bc020000 0100 00 20 00000000 0200");
        assertThrows(UnsupportedWalException.class, () -> redo(record, 0, page(TUPLE)));
    }

    @Test
    void confirm() {
        String speculative = "58020000 00000000 07000000 0000 0000 feff 0100 0009 18 00 11223344";
        CraftedRecord record = crafted(MAJOR, 0x50).block("").main("0100");
        assertEquals(hex(TUPLE), item(redo(record, 0, page(speculative)), 1));
    }

    @ParameterizedTest
    @EnumSource
    void lock(PostgresMajor major) {
        String updated = "58020000 64000000 07000000 0000 0a00 0500 0140 2005 18 00 11223344";
        CraftedRecord onlyLocked = crafted(major, 0x60).block("").main("bd020000 0100 06 01");
        Page page = redo(onlyLocked, 0, visible(page(updated)));
        assertEquals(hex("58020000 bd020000 00000000 0000 0a00 0100 0100 c001 18 00 11223344"), item(page, 1));
        assertEquals(Page.ALL_VISIBLE, page.flags());
        assertEquals(MAP_TOUCHED, touched(onlyLocked));
        assertEquals(0xDF, redoTouched(onlyLocked, map()).u8(24 + 2));
        CraftedRecord multi = crafted(major, 0x60).block("").main("bd020000 0100 19 00");
        assertEquals(hex("58020000 bd020000 00000000 0000 0a00 0500 0160 1011 18 00 11223344"),
                item(redo(multi, 0, page(updated)), 1));
        assertEquals(List.of(), touched(multi));
    }

    @Test
    void inplace() {
        CraftedRecord older = crafted(PostgresMajor.V17, 0x70).block("99887766").main("0100");
        assertEquals(hex(TUPLE).replace("11223344", "99887766"), item(redo(older, 0, page(TUPLE)), 1));
        CraftedRecord newer = crafted(MAJOR, 0x70).block("99887766")
                .main("0100 0000 05000000 7f060000 00 000000 00000000");
        assertEquals(hex(TUPLE).replace("11223344", "99887766"), item(redo(newer, 0, page(TUPLE)), 1));
        CraftedRecord longer = crafted(PostgresMajor.V17, 0x70).block("9988776655").main("0100");
        assertThrows(PageFormatException.class, () -> redo(longer, 0, page(TUPLE)));
    }

    @Test
    void theMapOfAHeapBlockIsFoundByItsNumber() {
        Page map = map();
        VisibilityMap.clear(map, 10, 3);
        assertEquals(0xCF, map.u8(24 + 2));
    }
}
