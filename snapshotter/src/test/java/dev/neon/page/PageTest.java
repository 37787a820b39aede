package dev.neon.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The steps of bufpage.c, by the bytes that they leave. */
class PageTest {
    /** An empty page with 16 bytes for the access method. */
    private static Page empty() {
        Page page = Page.zero();
        page.init(9);
        return page;
    }

    /** Items of 5, 8, 9 and so on bytes, each of its number. */
    private static Page withItems(int... lengths) {
        Page page = empty();
        for (int i = 0; i < lengths.length; i++) {
            page.appendItem(item(i + 1, lengths[i]));
        }
        return page;
    }

    private static byte[] item(int content, int length) {
        byte[] item = new byte[length];
        Arrays.fill(item, (byte) content);
        return item;
    }

    /** {@code 1@8168+5 -@0+0}: of each line pointer its item's first byte, the place and the length. */
    private static String items(Page page) {
        return IntStream.rangeClosed(1, page.itemCount())
                .mapToObj(offset -> (page.hasStorage(offset) ? "" + page.u8(page.itemOffset(offset)) : "-") + "@"
                        + page.itemOffset(offset) + "+" + page.itemLength(offset))
                .collect(Collectors.joining(" "));
    }

    private static String hex(Page page, int from, int to) {
        return HexFormat.of().formatHex(page.bytes(), from, to);
    }

    @Test
    void headerOfAnEmptyPage() {
        Page page = empty();
        page.setLsn(0x1_0203_0405L);
        page.setChecksum(0xABCD);
        page.setFlag(Page.ALL_VISIBLE, true);
        page.setPruneXid(700);
        assertEquals("01000000" + "05040302" + "cdab" + "0400" + "1800" + "f01f" + "f01f" + "0420" + "bc020000",
                hex(page, 0, 24));
        assertEquals(0x1_0203_0405L, page.lsn());
        assertTrue(page.isEmpty());
        assertFalse(page.isNew());
        assertTrue(Page.zero().isNew());
    }

    @Test
    void prunableIsTheOldestTransactionOnTheCircle() {
        Page page = empty();
        page.setPrunable(700);
        page.setPrunable(800);
        assertEquals(700, page.pruneXid());
        page.setPrunable(-100);
        assertEquals(-100, page.pruneXid());
        page.setPruneXid(2);
        page.setPrunable(-100);
        assertEquals(2, page.pruneXid());
    }

    @Test
    void itemsGrowDownAndLinePointersUp() {
        Page page = withItems(5, 8);
        assertEquals("1@8168+5 2@8160+8", items(page));
        assertEquals("e89f0a00" + "e09f1000", hex(page, 24, 32));
        assertEquals("02".repeat(8) + "01".repeat(5) + "000000", hex(page, 8160, 8176));
        assertEquals(32, page.lower());
        assertEquals(8160, page.upper());
        assertArrayEquals(item(1, 5), page.item(1));
    }

    @Test
    void anItemIsPutAtAnUnusedLinePointerOrAfterAllOthers() {
        Page page = withItems(8, 8);
        page.setUnused(1);
        page.putItem(1, item(7, 8));
        page.putItem(3, item(9, 8));
        assertEquals("7@8152+8 2@8160+8 9@8144+8", items(page));
        assertThrows(PageFormatException.class, () -> page.putItem(2, item(7, 8)));
        assertThrows(PageFormatException.class, () -> page.putItem(5, item(7, 8)));
        assertThrows(PageFormatException.class, () -> page.putItem(0, item(7, 8)));
        page.setDead(1);
        assertThrows(PageFormatException.class, () -> page.putItem(1, item(7, 8)));
    }

    @Test
    void paddingBehindAnItemIsZeroWhateverWasThere() {
        Page page = empty();
        page.fill(page.lower(), page.upper(), 0xFF);
        page.put(page.putItem(1, 5), item(1, 5));
        assertEquals("01".repeat(5) + "000000", hex(page, 8168, 8176));
    }

    @Test
    void anInsertedItemMovesThoseFromItOn() {
        Page page = withItems(8, 8);
        page.insertItem(2, item(7, 8));
        assertEquals("1@8168+8 7@8152+8 2@8160+8", items(page));
        assertThrows(PageFormatException.class, () -> page.insertItem(5, item(7, 8)));
    }

    @Test
    void aFullPageTakesNothing() {
        Page page = withItems(8100);
        page.appendItem(item(2, 40));
        assertEquals(32, page.lower());
        assertEquals(32, page.upper());
        byte[] before = page.bytes().clone();
        assertThrows(PageFormatException.class, () -> page.appendItem(item(3, 1)));
        assertThrows(PageFormatException.class, () -> page.insertItem(1, item(3, 1)));
        assertArrayEquals(before, page.bytes());
    }

    @Test
    void repairMovesItemsTogetherAndCutsUnusedLinePointersIfItIsToldTo() {
        Page page = withItems(5, 8, 9, 8, 8);
        page.setUnused(1);
        page.setRedirect(2, 4);
        page.setUnused(5);
        Page cut = Page.of(page.bytes().clone());
        page.repairFragmentation(false);
        assertEquals("-@0+0 -@4+0 3@8160+9 4@8152+8 -@0+0", items(page));
        assertEquals(8152, page.upper());
        assertEquals(Page.HAS_FREE_LINES, page.flags());
        cut.repairFragmentation(true);
        assertEquals("-@0+0 -@4+0 3@8160+9 4@8152+8", items(cut));
        assertEquals(Page.HAS_FREE_LINES, cut.flags());
        cut.setDead(1);
        cut.repairFragmentation(true);
        assertEquals(0, cut.flags());
    }

    @Test
    void repairOfItemsInAnyOrder() {
        Page page = withItems(8, 16, 8);
        page.setUnused(1);
        page.putItem(1, item(7, 5));
        page.setUnused(2);
        page.repairFragmentation(true);
        assertEquals("7@8168+5 -@0+0 3@8160+8", items(page));
        assertEquals("03".repeat(8) + "07".repeat(5) + "000000", hex(page, 8160, 8176));
    }

    @Test
    void repairOfAPageWithoutItems() {
        Page page = withItems(8, 8);
        page.setUnused(1);
        page.setUnused(2);
        page.setFlag(Page.HAS_FREE_LINES, true);
        page.repairFragmentation(true);
        assertEquals("", items(page));
        assertEquals(24, page.lower());
        assertEquals(8176, page.upper());
        assertEquals(0, page.flags());
    }

    @Test
    void repairRefusesItemsThatLieOutside() {
        Page below = withItems(8, 8);
        below.setItem(2, 8152, Page.NORMAL, 8);
        assertThrows(PageFormatException.class, () -> below.repairFragmentation(true));
        Page beyond = withItems(8, 8);
        beyond.setItem(1, 8176, Page.NORMAL, 8);
        assertThrows(PageFormatException.class, () -> beyond.repairFragmentation(true));
        Page overlapping = withItems(8, 8);
        overlapping.setItem(1, 8168, Page.NORMAL, 32);
        assertThrows(PageFormatException.class, () -> overlapping.repairFragmentation(true));
        Page unsound = withItems(8);
        unsound.setUpper(8180);
        assertThrows(PageFormatException.class, () -> unsound.repairFragmentation(true));
    }

    @Test
    void truncationKeepsOneLinePointer() {
        Page page = withItems(8, 8, 8);
        page.setUnused(3);
        page.setDead(2);
        page.truncateLinePointers();
        assertEquals(2, page.itemCount());
        assertEquals(0, page.flags());
        page.setUnused(2);
        page.setUnused(1);
        page.truncateLinePointers();
        assertEquals(1, page.itemCount());
        assertEquals(Page.HAS_FREE_LINES, page.flags());
    }

    @Test
    void aDeletedItemGoesWithItsLinePointer() {
        Page page = withItems(8, 9, 8);
        page.deleteItem(2);
        assertEquals("1@8168+8 3@8160+8", items(page));
        assertEquals(8160, page.upper());
        page.deleteItem(2);
        assertEquals("1@8168+8", items(page));
        assertEquals(8168, page.upper());
        assertThrows(PageFormatException.class, () -> page.deleteItem(2));
    }

    @Test
    void aDeletedItemLeavesItsLinePointerIfOthersFollow() {
        Page page = withItems(8, 9, 8);
        page.deleteItemKeepingOthers(2);
        assertEquals("1@8168+8 -@0+0 3@8160+8", items(page));
        page.deleteItemKeepingOthers(3);
        assertEquals("1@8168+8 -@0+0", items(page));
        assertEquals(8168, page.upper());
    }

    @Test
    void severalItemsAreDeletedAtOnce() {
        Page few = withItems(8, 8, 8, 8, 8);
        few.deleteItems(new int[] {2, 4});
        assertEquals("1@8168+8 3@8160+8 5@8152+8", items(few));
        Page many = withItems(8, 8, 8, 8, 8);
        many.deleteItems(new int[] {1, 2, 4});
        assertEquals("3@8168+8 5@8160+8", items(many));
        assertEquals(8160, many.upper());
        Page all = withItems(8, 8, 8);
        all.deleteItems(new int[] {1, 2, 3});
        assertEquals(24, all.lower());
        assertEquals(8176, all.upper());
        assertThrows(PageFormatException.class, () -> withItems(8, 8, 8).deleteItems(new int[] {1, 3, 2}));
    }

    @Test
    void anOverwrittenItemMovesThoseBelowIt() {
        Page page = withItems(8, 8, 8);
        page.overwriteItem(2, item(7, 8));
        assertEquals("1@8168+8 7@8160+8 3@8152+8", items(page));
        page.overwriteItem(2, item(8, 20));
        assertEquals("1@8168+8 8@8144+20 3@8136+8", items(page));
        page.overwriteItem(2, item(9, 3));
        assertEquals("1@8168+8 9@8160+3 3@8152+8", items(page));
        assertEquals(8152, page.upper());
        assertThrows(PageFormatException.class, () -> page.overwriteItem(2, item(9, 8160)));
    }

    @Test
    void lineStatesKeepOrGiveUpBytes() {
        Page page = withItems(8, 8);
        page.markDead(1);
        assertEquals(Page.DEAD, page.itemState(1));
        assertEquals("1@8168+8 2@8160+8", items(page));
        page.setDead(1);
        assertEquals("-@0+0 2@8160+8", items(page));
        assertThrows(PageFormatException.class, () -> page.normalItem(1));
        assertThrows(PageFormatException.class, () -> page.itemId(3));
        assertThrows(PageFormatException.class, () -> page.itemId(0));
    }

    @Test
    void theHoleIsClearedButNotWhereMapsHaveTheirBits() {
        Page page = withItems(8);
        page.fill(page.lower(), page.upper(), 0xFF);
        page.clearHole();
        assertEquals(0, page.u8(28));
        assertEquals(0, page.u8(8167));
        assertEquals("1@8168+8", items(page));
        Page map = Page.zero();
        map.init(0);
        map.put8(24, 0x03);
        map.clearHole();
        assertEquals(0x03, map.u8(24));
    }
}
