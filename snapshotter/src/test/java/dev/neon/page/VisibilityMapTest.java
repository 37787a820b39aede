package dev.neon.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VisibilityMapTest {
    @Test
    void twoBitsForEachBlockOfTheHeap() {
        assertEquals(32672, VisibilityMap.BLOCKS_PER_PAGE);
        assertEquals(0, VisibilityMap.mapBlock(32671));
        assertEquals(1, VisibilityMap.mapBlock(32672));
        assertEquals(131457, VisibilityMap.mapBlock(0xFFFF_FFFE));
        assertTrue(VisibilityMap.beginsPage(65344));
        assertFalse(VisibilityMap.beginsPage(65345));
    }

    @Test
    void bitsAreSetOnAPageThatWasNew() {
        Page map = Page.zero();
        assertFalse(VisibilityMap.set(map, 32672 + 5, 3));
        assertFalse(map.isNew());
        assertEquals(0x0C, map.u8(25));
        assertTrue(VisibilityMap.set(map, 5, 3));
        assertFalse(VisibilityMap.set(map, 5, 1));
        assertFalse(VisibilityMap.set(map, 4, 1));
        assertEquals(0x0D, map.u8(25));
        VisibilityMap.set(map, 0xFFFF_FFFE, 3);
        assertEquals(0x30, map.u8((int) (24 + 0xFFFF_FFFEL % 32672 / 4)));
    }

    @Test
    void bitsAreClearedAndToldIfTheyWereSet() {
        Page map = Page.zero();
        VisibilityMap.set(map, 5, 3);
        VisibilityMap.set(map, 6, 3);
        assertTrue(VisibilityMap.clear(map, 5, 2));
        assertFalse(VisibilityMap.clear(map, 5, 2));
        assertEquals(0x34, map.u8(25));
        assertTrue(VisibilityMap.clear(map, 5, 3));
        assertEquals(0x30, map.u8(25));
    }

    @Test
    void aHeapCutShortLosesTheBitsOfWhatIsCutOff() {
        Page map = Page.zero();
        map.init(0);
        map.fill(24, Page.SIZE, 0xFF);
        VisibilityMap.clearFrom(map, 6);
        assertEquals(0xFF, map.u8(24));
        assertEquals(0x0F, map.u8(25));
        assertEquals(0, map.u8(26));
        assertEquals(0, map.u8(Page.SIZE - 1));
    }
}
