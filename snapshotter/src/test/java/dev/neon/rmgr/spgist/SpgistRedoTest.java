package dev.neon.rmgr.spgist;

import static dev.neon.redo.CraftedRedo.after;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.api.Test;

class SpgistRedoTest {
    private static final String PLACEHOLDER = "43000000 0000 ffffffff0000 00000000";
    /** Once a redirect of transaction 700. */
    private static final String ENDED = "43000000 0000 ffffffff0000 bc020000";
    private static final String DEAD = "42000000 0000 ffffffff0000 00000000";
    private static final String PREFIX = "0000000000000000";
    private static final String NODE = "0000 0100 0100 0800";
    /** With a prefix of 8 bytes, and two nodes. */
    private static final String INNER = "10000800 2000 0000" + PREFIX + NODE + NODE;
    /** The state of a server that is not just building the index, in transaction 700. */
    private static final String RUNNING = "bc020000 00 7f7f7f";
    private static final String BUILDING = "bc020000 01 7f7f7f";

    private static CraftedRecord spgist(int operation) {
        return record(15, "SPGist", operation);
    }

    /** A leaf tuple of 16 bytes whose chain goes on there. */
    private static String leaf(int next) {
        return "40000000 %02x00 0000 0100 0200 00000000".formatted(next);
    }

    private static String redirect(int block, int offset) {
        return "41000000 0000 0000%02x00 %02x00 bc020000".formatted(block, offset);
    }

    private static String linked(int block, int offset) {
        return INNER.substring(0, INNER.length() - NODE.length()) + "0000 %02x00 %02x00 0800".formatted(block, offset);
    }

    private static Page page(int flags, String... tuples) {
        Page page = Page.zero();
        SpgistPage.init(page, flags);
        for (String tuple : tuples) {
            page.appendItem(CraftedRecord.bytes(tuple));
            if (tuple.startsWith("43")) {
                SpgistPage.countPlaceholders(page, 1);
            } else if (tuple.startsWith("41")) {
                SpgistPage.countRedirections(page, 1);
            }
        }
        return page;
    }

    /** With the counts of redirects and placeholders that these tuples make. */
    private static void assertPage(Page actual, int flags, String... tuples) {
        Page expected = page(flags, tuples);
        assertEquals(tuples.length, actual.itemCount());
        for (int i = 1; i <= tuples.length; i++) {
            assertArrayEquals(expected.item(i), actual.item(i), "tuple " + i);
        }
        assertArrayEquals(expected.copy(expected.special(), Page.SIZE), actual.copy(expected.special(), Page.SIZE));
    }

    @Test
    void aLeafIsAdded() {
        String tuple = leaf(0);
        CraftedRecord chained = spgist(0x10).main("00 00 0200 0100 0300 0100" + tuple).block("").block("");
        assertPage(after(chained, 0, page(SpgistPage.LEAF, leaf(0))), SpgistPage.LEAF, leaf(2), tuple);
        assertPage(after(chained, 0, page(SpgistPage.LEAF, leaf(0), PLACEHOLDER)), SpgistPage.LEAF, leaf(2), tuple);
        assertThrows(PageFormatException.class, () -> after(chained, 0, page(SpgistPage.LEAF, leaf(0), leaf(0))));
        assertPage(after(chained, 1, page(0, INNER, INNER, INNER)), 0, INNER, INNER, linked(10, 2));
        assertThrows(PageFormatException.class, () -> after(chained, 1, page(0, INNER)));
        assertThrows(PageFormatException.class, () -> after(
                spgist(0x10).main("00 00 0200 0100 0300 0200" + tuple).block("").block(""), 1,
                page(0, INNER, INNER, INNER)));
        assertPage(after(spgist(0x10).main("01 01 0100 0000 0000 0000" + tuple).newBlock(""), 0, Page.zero()),
                SpgistPage.LEAF | SpgistPage.NULLS, tuple);
        assertPage(after(spgist(0x10).main("00 00 0100 0100 0000 0000" + tuple).block(""), 0,
                page(SpgistPage.LEAF, DEAD)), SpgistPage.LEAF, tuple);
    }

    @Test
    void leavesMove() {
        String lists = "0300 0100 0100 0200 0400" + leaf(2) + leaf(4) + leaf(0);
        CraftedRecord record = spgist(0x20).main("0200 00 00 00 7f 0100 0100 7f7f" + RUNNING + lists)
                .block("").block("").block("");
        assertPage(after(record, 0, page(SpgistPage.LEAF, leaf(3), leaf(0), leaf(0))), SpgistPage.LEAF,
                PLACEHOLDER, leaf(0), redirect(11, 4));
        assertPage(after(record, 1, page(SpgistPage.LEAF, PLACEHOLDER, PLACEHOLDER, leaf(0))), SpgistPage.LEAF,
                leaf(2), leaf(4), leaf(0), leaf(0));
        assertPage(after(record, 2, page(0, INNER)), 0, linked(11, 4));
        assertPage(after(spgist(0x20).main("0200 00 00 00 7f 0100 0100 7f7f" + BUILDING + lists)
                .block("").block("").block(""), 0, page(SpgistPage.LEAF, leaf(3), leaf(0), leaf(0))), SpgistPage.LEAF,
                PLACEHOLDER, leaf(0), PLACEHOLDER);
        assertPage(after(spgist(0x20).main("0100 01 01 01 7f 0100 0100 7f7f" + RUNNING + "0100 0100" + leaf(0))
                .block("").newBlock("").block(""), 1, Page.zero()), SpgistPage.LEAF | SpgistPage.NULLS, leaf(0));
    }

    @Test
    void aNodeIsAdded() {
        CraftedRecord inPlace = spgist(0x30).main("0200 0000 00 ff 0000 0000 7f7f" + RUNNING + linked(7, 7)).block("");
        assertPage(after(inPlace, 0, page(0, INNER, INNER)), 0, INNER, linked(7, 7));
        CraftedRecord parentInNew = spgist(0x30).main("0200 0200 00 01 0100 0100 7f7f" + RUNNING + INNER)
                .block("").block("");
        assertPage(after(parentInNew, 0, page(0, INNER, INNER)), 0, INNER, redirect(11, 2));
        assertPage(after(parentInNew, 1, page(0, INNER)), 0, linked(11, 2), INNER);
        CraftedRecord parentElsewhere = spgist(0x30).main("0200 0100 01 02 0100 0100 7f7f" + BUILDING + INNER)
                .block("").newBlock("").block("");
        assertPage(after(parentElsewhere, 0, page(0, INNER, INNER)), 0, INNER, PLACEHOLDER);
        assertPage(after(parentElsewhere, 1, Page.zero()), 0, INNER);
        assertPage(after(parentElsewhere, 2, page(0, INNER)), 0, linked(11, 1));
        CraftedRecord parentInOld = spgist(0x30).main("0200 0100 01 00 0100 0100 7f7f" + RUNNING + INNER)
                .block("").newBlock("");
        assertPage(after(parentInOld, 0, page(0, INNER, INNER)), 0, linked(11, 1), redirect(11, 1));
    }

    @Test
    void aTupleIsSplit() {
        CraftedRecord same = spgist(0x40).main("0100 0200 00 01" + linked(1, 1) + linked(2, 2)).block("");
        assertPage(after(same, 0, page(0, INNER)), 0, linked(1, 1), linked(2, 2));
        CraftedRecord other = spgist(0x40).main("0100 0100 01 00" + linked(1, 1) + linked(2, 2)).block("").newBlock("");
        assertPage(after(other, 0, page(0, INNER)), 0, linked(1, 1));
        assertPage(after(other, 1, Page.zero()), 0, linked(2, 2));
    }

    @Test
    void aPageIsDivided() {
        String lists = "0100 0200 0200 0100 00 01" + INNER + leaf(3) + leaf(4);
        CraftedRecord record = spgist(0x50).main("00 7f 0200 0200 00 01 0100 01 00 00 7f 0100 0100 7f7f" + RUNNING
                + lists).block("").newBlock("").newBlock("").block("");
        assertPage(after(record, 0, page(SpgistPage.LEAF, leaf(2), leaf(0))), SpgistPage.LEAF, redirect(12, 1),
                leaf(3));
        assertPage(after(record, 1, Page.zero()), SpgistPage.LEAF, leaf(4));
        assertPage(after(record, 2, Page.zero()), 0, INNER);
        assertPage(after(record, 3, page(0, INNER)), 0, linked(12, 1));
        assertThrows(UnsupportedWalException.class, () -> after(record.block(""), 4, page(0, INNER)));
        CraftedRecord beside = spgist(0x50).main("00 7f 0000 0100 01 00 0200 00 01 01 7f 0100 0100 7f7f" + RUNNING
                + "0100 00" + INNER + leaf(0)).newBlock("").block(2, "");
        assertPage(after(beside, 0, Page.zero()), SpgistPage.LEAF | SpgistPage.NULLS, leaf(0));
        assertPage(after(beside, 2, page(0, INNER)), 0, linked(12, 2), INNER);
    }

    @Test
    void aLeafPageIsVacuumed() {
        CraftedRecord record = spgist(0x60).main("0100 0100 0100 0100" + RUNNING
                + "0100 0200 0400 0300 0500 0300").block("");
        assertPage(after(record, 0, page(SpgistPage.LEAF, leaf(2), leaf(0), leaf(4), leaf(5), leaf(0))),
                SpgistPage.LEAF, DEAD, PLACEHOLDER, leaf(5), PLACEHOLDER, leaf(3));
        assertPage(after(spgist(0x70).main("0100 7f7f" + RUNNING + "0100").block(""), 0,
                page(SpgistPage.LEAF, leaf(0), leaf(7))), SpgistPage.LEAF, leaf(7));
    }

    @Test
    void redirectsEnd() {
        Page before = page(SpgistPage.LEAF, redirect(9, 9), leaf(0), redirect(9, 8), PLACEHOLDER);
        Page page = after(spgist(0x80).main("0200 0300 bc020000 0100 0300").block(""), 0, before);
        assertPage(page, SpgistPage.LEAF, ENDED, leaf(0));
        assertThrows(PageFormatException.class,
                () -> after(spgist(0x80).main("0200 0000 bc020000 0100 0300").block(""), 0,
                        page(SpgistPage.LEAF, leaf(0), leaf(0), leaf(0))));
    }
}
