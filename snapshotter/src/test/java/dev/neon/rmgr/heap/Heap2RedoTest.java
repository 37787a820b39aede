package dev.neon.rmgr.heap;

import static dev.neon.redo.RedoTests.empty;
import static dev.neon.redo.RedoTests.end;
import static dev.neon.redo.RedoTests.item;
import static dev.neon.redo.RedoTests.page;
import static dev.neon.redo.RedoTests.redo;
import static dev.neon.redo.RedoTests.redoTouched;
import static dev.neon.redo.RedoTests.touched;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.PageRedo;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heap2's redo; see {@link HeapRedoTest}. */
class Heap2RedoTest {
    private static final PostgresMajor MAJOR = PostgresMajor.V18;
    private static final String TUPLE = "58020000 64000000 07000000 0000 0a00 0100 0100 0009 18 00 11223344";

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 9, operation);
    }

    private static String hex(String bytes) {
        return bytes.replace(" ", "");
    }

    private static Page six() {
        return page(TUPLE, TUPLE, TUPLE, TUPLE, TUPLE, TUPLE);
    }

    private static String states(Page page) {
        StringBuilder states = new StringBuilder();
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            states.append("unrd".charAt(page.itemState(offset)));
        }
        return states.toString();
    }

    @Test
    void pruneOf14KeepsLinePointersAndLaterOnesCutThemOff() {
        String items = "0100 0300 0200 0500 0600";
        CraftedRecord of14 = crafted(PostgresMajor.V14, 0x10).block(items).main("bc020000 0100 0100");
        Page page = redo(of14, 0, six());
        assertEquals("rdnnuu", states(page));
        assertEquals(3, page.itemOffset(1));
        assertEquals(8192 - 2 * 32, page.upper());
        assertEquals(hex(TUPLE), item(page, 4));
        assertEquals(Page.HAS_FREE_LINES, page.flags());
        assertEquals(end(of14), page.lsn());
        assertEquals("rdnn", states(redo(crafted(PostgresMajor.V15, 0x10).block(items).main("bc020000 0100 0100"), 0,
                six())));
        Page cut = redo(crafted(PostgresMajor.V16, 0x10).block(items).main("bc020000 0100 0100 00"), 0, six());
        assertEquals("rdnn", states(cut));
        assertEquals(0, cut.flags());
    }

    @Test
    void vacuumCutsOffLinePointersAndMovesNothing() {
        CraftedRecord record = crafted(PostgresMajor.V15, 0x20).block("0200 0600").main("0200");
        Page page = six();
        page.setDead(2);
        page.setDead(6);
        redo(record, 0, page);
        assertEquals("nunnn", states(page));
        assertEquals(8192 - 6 * 32, page.upper());
        assertEquals(Page.HAS_FREE_LINES, page.flags());
        CraftedRecord of17 = crafted(PostgresMajor.V17, 0x30).block("0200 0200 0600").main("00 80");
        Page same = six();
        same.setDead(2);
        same.setDead(6);
        redo(of17, 0, same);
        assertEquals("nunnn", states(same));
    }

    @Test
    void freezing() {
        String frozen = hex("58020000 00000000 07000000 0000 0a00 0100 0100 000b 18 00 11223344");
        CraftedRecord of14 = crafted(PostgresMajor.V14, 0x30).block("00000000 0200 0100 000b 00 00")
                .main("bc020000 0100");
        Page page = redo(of14, 0, six());
        assertEquals(hex(TUPLE), item(page, 1));
        assertEquals(frozen, item(page, 2));
        assertEquals("nnnnnn", states(page));
        CraftedRecord of16 = crafted(PostgresMajor.V16, 0x30).block("00000000 0100 000b 00 00 0200 0200 0300")
                .main("bc020000 0100 00");
        assertEquals(frozen, item(redo(of16, 0, six()), 3));
        Page removed = page(TUPLE);
        removed.setDead(1);
        assertThrows(PageFormatException.class, () -> redo(of14, 0, removed));
    }

    @Test
    void freezingOfTuplesThatWereMovedBefore90() {
        CraftedRecord frozenXvac = crafted(PostgresMajor.V14, 0x30).block("00000000 0100 0100 000b 02 00")
                .main("bc020000 0100");
        assertEquals(hex("58020000 00000000 02000000 0000 0a00 0100 0100 000b 18 00 11223344"),
                item(redo(frozenXvac, 0, page(TUPLE)), 1));
        CraftedRecord invalidXvac = crafted(PostgresMajor.V14, 0x30).block("00000000 0100 0100 000b 04 00")
                .main("bc020000 0100");
        assertEquals(hex("58020000 00000000 00000000 0000 0a00 0100 0100 000b 18 00 11223344"),
                item(redo(invalidXvac, 0, page(TUPLE)), 1));
    }

    @Test
    void since17OneRecordPrunesAndFreezes() {
        String data = "0100 0000 00000000 0100 000b 00 00 0200" // a plan for two tuples
                + "0100 0100 0300" // 1 leads to 3
                + "0100 0200" // 2 is dead
                + "0100 0600" // 6 is unused
                + "0300 0500"; // the two tuples
        CraftedRecord record = crafted(PostgresMajor.V17, 0x20).block(data).main("00 fc bc020000");
        Page page = redo(record, 0, six());
        assertEquals("rdnnn", states(page));
        assertEquals(8192 - 3 * 32, page.upper());
        String frozen = hex("58020000 00000000 07000000 0000 0a00 0100 0100 000b 18 00 11223344");
        assertEquals(frozen, item(page, 3));
        assertEquals(hex(TUPLE), item(page, 4));
        assertEquals(frozen, item(page, 5));
        assertEquals(end(record), page.lsn());
    }

    @Test
    void since17ARecordThatOnlyFreezesMovesNothing() {
        CraftedRecord record = crafted(MAJOR, 0x20).block("0100 0000 00000000 0100 000b 00 00 0100 0300")
                .main("00 14");
        Page page = six();
        page.setUnused(6);
        redo(record, 0, page);
        assertEquals("nnnnnu", states(page));
        assertEquals(8192 - 6 * 32, page.upper());
    }

    @ParameterizedTest
    @EnumSource
    void visible(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x40).visibilityMap(0).block("").main("bc020000 03");
        Page map = redo(record, 0, Page.zero());
        assertFalse(map.isNew());
        assertEquals(0xC0, map.u8(24 + 2));
        assertEquals(end(record), map.lsn());
        assertEquals(0, redo(record, 0, setBefore()).lsn());
        Page heap = redo(record, 1, page(TUPLE));
        assertEquals(Page.ALL_VISIBLE, heap.flags());
        assertEquals(end(record), heap.lsn());
        assertEquals(List.of(), touched(record));
        try (PageRedo redo = new PageRedo(major, false)) {
            Page unlogged = page(TUPLE);
            redo.redo(record.read(), 1, unlogged);
            assertEquals(Page.ALL_VISIBLE, unlogged.flags());
            assertEquals(0, unlogged.lsn());
            Page mapThere = empty();
            redo.redo(record.read(), 0, mapThere);
            assertEquals(end(record), mapThere.lsn());
        }
    }

    private static Page setBefore() {
        Page map = empty();
        map.put8(24 + 2, 0xC0);
        return map;
    }

    @Test
    void whatAStandbyIsToldIsNotInTheMap() {
        CraftedRecord record = crafted(MAJOR, 0x40).visibilityMap(0).block("").main("bc020000 05");
        assertEquals(0x40, redo(record, 0, empty()).u8(24 + 2));
    }

    @ParameterizedTest
    @EnumSource
    void multiInsert(PostgresMajor major) {
        String tuples = "0300 0200 0208 18 00aabb 0200 0200 0208 18 00cc";
        CraftedRecord record = crafted(major, 0x50).block(tuples).main("01 00 0200 0200 0400");
        Page page = page(TUPLE, TUPLE, TUPLE);
        page.setUnused(2);
        page.setFlag(Page.ALL_VISIBLE, true);
        redo(record, 0, page);
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0200 0200 0208 18 00aabb"), item(page, 2));
        assertEquals(hex("bc020000 00000000 00000000 0000 0a00 0400 0200 0208 18 00cc"), item(page, 4));
        assertEquals(0, page.flags());
        assertEquals(end(record), page.lsn());
        assertEquals(List.of("1663/5/16384 fork 2 block 0"), touched(record));
        CraftedRecord made = crafted(major, 0xD0).newBlock(tuples).main("20 00 0200");
        Page frozen = redo(made, 0, Page.zero());
        assertEquals(2, frozen.itemCount());
        assertEquals(Page.ALL_VISIBLE, frozen.flags());
        assertEquals(List.of(), touched(made));
    }

    @ParameterizedTest
    @EnumSource
    void lockUpdated(PostgresMajor major) {
        String updated = "58020000 64000000 07000000 0000 0a00 0500 0140 2005 18 00 11223344";
        CraftedRecord record = crafted(major, 0x60).block("").main("bd020000 0100 1b 01");
        Page page = redo(record, 0, page(updated));
        assertEquals(hex("58020000 bd020000 07000000 0000 0a00 0500 0160 b011 18 00 11223344"), item(page, 1));
        Page map = empty();
        map.fill(Page.HEADER, Page.SIZE, 0xFF);
        assertEquals(0xDF, redoTouched(record, map).u8(24 + 2));
        CraftedRecord newer = record.visibilityMap(1);
        assertEquals(List.of(), touched(newer));
        Page referenced = empty();
        referenced.put8(24 + 2, 0xFF);
        assertEquals(0xDF, redo(newer, 1, referenced).u8(24 + 2));
    }
}
