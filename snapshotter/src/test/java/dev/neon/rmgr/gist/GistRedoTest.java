package dev.neon.rmgr.gist;

import static dev.neon.redo.CraftedRedo.after;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.wal.CraftedRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GistRedoTest {
    private static final String SPLIT = "09000000 7f7f7f7f ddccbbaa01000000 01 7f 0200 01 7f7f7f";

    private static CraftedRecord gist(int operation) {
        return record(16, "Gist", operation);
    }

    /** An index tuple of 16 bytes that ends in this number. */
    private static String tuple(int number) {
        return "0000 0100 0200 1000 00000000000000%02x".formatted(number);
    }

    private static Page page(int flags, int... numbers) {
        Page page = Page.zero();
        GistPage.init(page, flags);
        for (int number : numbers) {
            page.appendItem(CraftedRecord.bytes(tuple(number)));
        }
        return page;
    }

    private static void assertTuples(Page page, int... numbers) {
        assertArrayEquals(numbers, IntStream.rangeClosed(1, page.itemCount()).map(i -> page.item(i)[15]).toArray());
    }

    private static int flags(Page page) {
        return page.u16(page.special() + 12);
    }

    private static int rightLink(Page page) {
        return page.i32(page.special() + 8);
    }

    private static long nsn(Page page) {
        return page.u32(page.special()) << 32 | page.u32(page.special() + 4);
    }

    @Test
    void oneTupleForOneKeepsItsPlace() {
        Page page = after(gist(0x00).main("0100 0100").block("0200" + tuple(9)), 0, page(GistPage.LEAF, 1, 2, 3));
        assertTuples(page, 1, 9, 3);
        assertEquals(GistPage.LEAF, flags(page));
    }

    @Test
    void tuplesAreTakenAndAppended() {
        CraftedRecord record = gist(0x00).main("0200 0100").block("0100 0300" + tuple(9));
        Page leaf = after(record, 0, page(GistPage.LEAF, 1, 2, 3));
        assertTuples(leaf, 2, 9);
        assertEquals(GistPage.LEAF | GistPage.TUPLES_DELETED, flags(leaf));
        assertEquals(0, flags(after(record, 0, page(0, 1, 2, 3))));
        assertTuples(after(gist(0x00).main("0000 0200").block(tuple(8) + tuple(9)), 0, page(0)), 8, 9);
        assertThrows(PageFormatException.class, () -> after(record, 0, page(0, 1)));
        assertThrows(PageFormatException.class, () -> after(record, 0, Page.zero()));
    }

    @Test
    void deadTuplesAreTaken() {
        Page page = after(gist(0x10).main("bc020000 0100 00 7f 0200").block(""), 0,
                page(GistPage.LEAF | GistPage.HAS_GARBAGE, 1, 2, 3));
        assertTuples(page, 1, 3);
        assertEquals(GistPage.LEAF | GistPage.TUPLES_DELETED, flags(page));
    }

    @Test
    void aPageIsMadeIntoTwo() {
        CraftedRecord record = gist(0x30).main(SPLIT).newBlock(1, 11, "02000000" + tuple(1) + tuple(2))
                .newBlock(2, 12, "01000000" + tuple(3));
        Page left = after(record, 1, page(0, 7));
        assertTuples(left, 1, 2);
        assertEquals(GistPage.LEAF | GistPage.FOLLOW_RIGHT, flags(left));
        assertEquals(12, rightLink(left));
        assertEquals(0x1AABBCCDDL, nsn(left));
        Page right = after(record, 2, Page.zero());
        assertTuples(right, 3);
        assertEquals(GistPage.LEAF, flags(right));
        assertEquals(9, rightLink(right));
    }

    @Test
    void aRootIsMadeIntoTwo() {
        CraftedRecord record = gist(0x30).main(SPLIT).newBlock(1, 0, "01000000" + tuple(1))
                .newBlock(2, 12, "01000000" + tuple(3));
        Page root = after(record, 1, page(0, 7));
        assertEquals(0, flags(root));
        assertEquals(-1, rightLink(root));
        assertEquals(GistPage.LEAF, flags(after(record, 2, Page.zero())));
    }

    @Test
    void aSplitEnds() {
        Page before = page(GistPage.LEAF | GistPage.FOLLOW_RIGHT, 1);
        CraftedRecord update = gist(0x00).main("0000 0000").block("");
        Page left = after(update.block(""), 1, before);
        assertEquals(GistPage.LEAF, flags(left));
        assertEquals(left.lsn(), nsn(left));
        Page child = after(gist(0x30).main(SPLIT).block("").newBlock("00000000").newBlock("00000000"), 0, before);
        assertEquals(GistPage.LEAF, flags(child));
        Page restored = after(update.image(before.bytes()), 1, Page.zero());
        assertEquals(GistPage.LEAF, flags(restored));
        assertEquals(restored.lsn(), nsn(restored));
    }

    @Test
    void aPageIsDeleted() {
        CraftedRecord record = gist(0x60).main("feffffff01000000 0200").block("").block("");
        Page leaf = after(record, 0, page(GistPage.LEAF));
        assertEquals(GistPage.LEAF | GistPage.DELETED, flags(leaf));
        assertEquals(0x1FFFFFFFEL, leaf.i64(Page.HEADER));
        assertEquals(Page.HEADER + 8, leaf.lower());
        assertTuples(after(record, 1, page(0, 1, 2, 3)), 1, 3);
    }
}
