package dev.neon.redo;

import static dev.neon.redo.RedoTests.empty;
import static dev.neon.redo.RedoTests.end;
import static dev.neon.redo.RedoTests.page;
import static dev.neon.redo.RedoTests.redo;
import static dev.neon.redo.RedoTests.touched;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is common to all managers; images of {@link CraftedRecord} are of pages that were never initialised. */
class PageRedoTest {
    private static final int FPI_FOR_HINT = 0xA0;
    private static final int FPI = 0xB0;

    private static byte[] image() {
        byte[] image = new byte[Page.SIZE];
        System.arraycopy(CraftedRecord.bytes("01020304"), 0, image, 0, 4);
        return image;
    }

    @ParameterizedTest
    @EnumSource
    void anImageIsRestoredWhateverThePageWas(PostgresMajor major) {
        CraftedRecord record = CraftedRecord.of(major, 0, FPI).image().image();
        assertTrue(PageRedo.isSelfContained(record.read(), 1));
        Page newer = page("ff");
        newer.setLsn(Long.MAX_VALUE);
        assertArrayEquals(image(), redo(record, 0, newer).bytes());
        assertArrayEquals(image(), redo(record, 1, Page.zero()).bytes());
    }

    @Test
    void anImageThatOnlyChecksIsNotRestored() {
        CraftedRecord record = CraftedRecord.of(PostgresMajor.V18, 10, 0x00).checkedBlock(0, "0200 0208 18 00aabb")
                .main("0100 00");
        assertFalse(PageRedo.isSelfContained(record.read(), 0));
        Page page = redo(record, 0, empty());
        assertEquals(1, page.itemCount());
        assertEquals(end(record), page.lsn());
    }

    @Test
    void aHintWithoutAnImageChangesNothing() {
        CraftedRecord hint = CraftedRecord.of(PostgresMajor.V18, 0, FPI_FOR_HINT).block("");
        assertArrayEquals(page("ff").bytes(), redo(hint, 0, page("ff")).bytes());
        CraftedRecord none = CraftedRecord.of(PostgresMajor.V18, 0, FPI).block("");
        assertThrows(UnsupportedWalException.class, () -> redo(none, 0, page("ff")));
    }

    @Test
    void managersWithoutPages() {
        CraftedRecord record = CraftedRecord.of(PostgresMajor.V18, 3, 0x00).block("").main("0000000000000000");
        assertThrows(UnsupportedWalException.class, () -> redo(record, 0, empty()));
        assertEquals(List.of(), touched(record));
    }
}
