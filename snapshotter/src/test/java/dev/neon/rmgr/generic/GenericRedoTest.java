package dev.neon.rmgr.generic;

import static dev.neon.redo.CraftedRedo.after;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import org.junit.jupiter.api.Test;

class GenericRedoTest {
    private static Page page() {
        Page page = Page.zero();
        page.init(8);
        page.fill(Page.HEADER, Page.SIZE, 7);
        return page;
    }

    @Test
    void fragmentsAreWrittenAndTheHoleIsZero() {
        Page page = after(record(18, "Generic", 0x00).block("0c00 0200 2000 1800 0200 0102 ff1f 0100 09").block(""), 0,
                page());
        assertEquals(32, page.lower());
        assertEquals(0x0201, page.u16(24));
        assertEquals(7, page.u8(31));
        assertEquals(0, page.u8(32));
        assertEquals(0, page.u8(page.upper() - 1));
        assertEquals(7, page.u8(page.upper()));
        assertEquals(9, page.u8(Page.SIZE - 1));
    }

    @Test
    void boundsThatAreNoneAreRefused() {
        assertThrows(PageFormatException.class,
                () -> after(record(18, "Generic", 0x00).block("0c00 0200 ff1f"), 0, page()));
    }
}
