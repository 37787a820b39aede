package dev.neon.rmgr.brin;

import static dev.neon.redo.CraftedRedo.after;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.api.Test;

class BrinRedoTest {
    /** Range 8 of a table. */
    private static final String RANGE = "80000000 10000000";

    private static CraftedRecord brin(int operation) {
        return record(17, "BRIN", operation);
    }

    private static Page meta() {
        return after(brin(0x00).main("80000000 0100").newBlock(""), 0, Page.zero());
    }

    private static Page revmap() {
        return after(brin(0x40).main("01000000").block("").newBlock(""), 1, Page.zero());
    }

    /** With one summary. */
    private static Page regular() {
        return after(brin(0x90).main(RANGE + "0100").newBlock("0a0b").block(""), 0, Page.zero());
    }

    private static void assertSummary(String pointer, Page revmap) {
        assertArrayEquals(CraftedRecord.bytes(pointer), revmap.copy(Page.HEADER + 48, Page.HEADER + 54));
    }

    @Test
    void anIndexIsMade() {
        assertArrayEquals(CraftedRecord.bytes("fa9c10a8 01000000 80000000 00000000"),
                meta().copy(Page.HEADER, meta().lower()));
        assertEquals(0xF091, meta().u16(Page.SIZE - 2));
        assertEquals(0xF092, revmap().u16(Page.SIZE - 2));
        assertEquals(7, after(brin(0x40).main("07000000").block("").newBlock(""), 0, meta()).i32(Page.HEADER + 12));
    }

    @Test
    void aSummaryIsInserted() {
        CraftedRecord record = brin(0x10).main(RANGE + "0200").block("0c").block("");
        Page page = after(record, 0, regular());
        assertArrayEquals(new byte[] {0x0a, 0x0b}, page.item(1));
        assertArrayEquals(new byte[] {0x0c}, page.item(2));
        assertSummary("0000 0a00 0200", after(record, 1, revmap()));
        assertThrows(PageFormatException.class, () -> after(record, 0, revmap()));
        assertThrows(PageFormatException.class, () -> after(record, 1, regular()));
        assertThrows(PageFormatException.class,
                () -> after(brin(0x10).main("80000000 00000000 0200").block("0c").block(""), 1, revmap()));
    }

    @Test
    void aSummaryMovesOrIsReplaced() {
        CraftedRecord move = brin(0x20).main("0100 7f7f" + RANGE + "0200").block("0c").block("").block("");
        assertArrayEquals(new byte[] {0x0c}, after(move, 0, regular()).item(2));
        assertSummary("0000 0a00 0200", after(move, 1, revmap()));
        Page left = after(move, 2, regular());
        assertEquals(0, left.itemCount());
        Page replaced = after(brin(0x30).main("0100").block("0102030405060708090a"), 0, regular());
        assertEquals(10, replaced.itemLength(1));
    }

    @Test
    void aSummaryIsGivenUp() {
        CraftedRecord record = brin(0x50).main("10000000 80000000 0100").block("").block("");
        assertSummary("ffff ffff 0000", after(record, 0, revmap()));
        Page two = after(brin(0x10).main(RANGE + "0200").block("0c").block(""), 0, regular());
        Page page = after(record, 1, two);
        assertEquals(2, page.itemCount());
        assertEquals(Page.UNUSED, page.itemState(1));
    }
}
