package dev.neon.rmgr.sequence;

import static dev.neon.redo.RedoTests.end;
import static dev.neon.redo.RedoTests.item;
import static dev.neon.redo.RedoTests.page;
import static dev.neon.redo.RedoTests.redo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequenceRedoTest {
    @ParameterizedTest
    @EnumSource
    void thePageIsMadeAnew(PostgresMajor major) {
        CraftedRecord record = CraftedRecord.of(major, 15, 0x00).newBlock("")
                .main("7f060000 05000000 00400000 112233445566778899");
        Page page = redo(record, 0, page("ff", "ff"));
        assertEquals(1, page.itemCount());
        assertEquals("112233445566778899", item(page, 1));
        assertEquals(8184, page.special());
        assertEquals(0x1717, page.i32(8184));
        assertEquals(8184 - 16, page.upper());
        assertEquals(end(record), page.lsn());
    }
}
