package dev.neon.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlruPagesTest {
    private static SlruPages pages(Slru slru, int first, int count) {
        return new SlruPages(slru, first, count);
    }

    private static List<BlockRange> ranges(int... bounds) {
        return bounds.length == 2 ? List.of(new BlockRange(bounds[0], bounds[1]))
                : List.of(new BlockRange(bounds[0], bounds[1]), new BlockRange(bounds[2], bounds[3]));
    }

    @Test
    void aPageBringsThoseOfItsFileBeforeIt() {
        SlruPages pages = new SlruPages(Slru.XACT);
        assertEquals(List.of(), pages.ranges());
        pages.add(70);
        assertEquals(ranges(64, 71), pages.ranges());
        pages.add(75);
        pages.add(65);
        assertEquals(ranges(64, 76), pages.ranges());
        pages.add(40);
        assertEquals(ranges(32, 76), pages.ranges());
        assertTrue(pages.contains(32));
        assertFalse(pages.contains(31));
        assertFalse(pages.contains(76));
    }

    @Test
    void numbersWrapAround() {
        int last = Slru.XACT.pages() - 1;
        SlruPages pages = pages(Slru.XACT, last - 31, 32);
        pages.add(0);
        pages.add(1);
        assertEquals(ranges(0, 2, last - 31, last + 1), pages.ranges());
        assertTrue(pages.contains(last));
        assertTrue(pages.contains(1));
        assertFalse(pages.contains(2));
        assertEquals(ranges(last - 31, last + 1), pages.removeBefore(1, true));
        assertEquals(ranges(0, 2), pages.ranges());
    }

    /** Of members the last page has fewer than all, and its file fewer pages. */
    @Test
    void theLastFileBeforeTheWrapIsShort() {
        Slru slru = Slru.MULTIXACT_MEMBERS;
        int file = slru.pages() - slru.pages() % Slru.PAGES_PER_FILE;
        assertEquals(2625286, slru.pages());
        SlruPages pages = pages(slru, file - 32, 32);
        pages.add(slru.pages() - 1);
        pages.add(40);
        assertEquals(ranges(file - 32, slru.pages()), pages.copy().removeFiles(file - 32, 1));
        assertEquals(ranges(0, 32, file - 32, slru.pages()), pages.removeFiles(file - 1, 33));
        assertEquals(ranges(32, 41), pages.ranges());
    }

    @Test
    void onlyWholeFilesAreRemoved() {
        SlruPages pages = pages(Slru.XACT, 0, 100);
        assertEquals(List.of(), pages.removeBefore(31, true));
        assertEquals(ranges(0, 32), pages.removeBefore(63, true));
        assertEquals(ranges(32, 100), pages.ranges());
        assertEquals(ranges(32, 64), pages.removeBefore(64, true));
        assertEquals(List.of(), pages.removeBefore(101, true), "the last page precedes it: wraparound");
        assertEquals(ranges(64, 96), pages.removeBefore(101, false));
        assertEquals(ranges(96, 100), pages.clear());
        assertEquals(List.of(), pages.ranges());
    }

    /** {@code REL_17 slru.c SlruPagePrecedesTestOffset}: of two pages that are half of all apart, neither precedes. */
    @Test
    void pagesPrecede() {
        for (Slru slru : List.of(Slru.XACT, Slru.MULTIXACT_OFFSETS, Slru.COMMIT_TS)) {
            int half = slru.pages() / 2;
            assertTrue(slru.precedes(0, 1), slru::toString);
            assertTrue(slru.precedes(0, half - 2), slru::toString);
            assertFalse(slru.precedes(1, 0), slru::toString);
            assertFalse(slru.precedes(0, 0), slru::toString);
            assertTrue(slru.precedes(slru.pages() - 1, 5), slru::toString);
            assertFalse(slru.precedes(0, half) && slru.precedes(half, 0), slru::toString);
        }
    }

    @Test
    void filesAreNamedAsPostgresNamesThem() {
        assertEquals("pg_xact/0000", Slru.XACT.file(31));
        assertEquals("pg_xact/0FFF", Slru.XACT.file(Slru.XACT.pages() - 1));
        assertEquals("pg_multixact/members/14078", Slru.MULTIXACT_MEMBERS.file(Slru.MULTIXACT_MEMBERS.pages() - 1));
        assertEquals("pg_commit_ts/0001", Slru.COMMIT_TS.file(32));
        for (Slru slru : Slru.values()) {
            assertEquals(slru, Slru.of(slru.fork()).orElseThrow());
        }
    }
}
