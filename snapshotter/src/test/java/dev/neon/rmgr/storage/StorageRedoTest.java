package dev.neon.rmgr.storage;

import static dev.neon.redo.RedoTests.empty;
import static dev.neon.redo.RedoTests.redoTouched;
import static dev.neon.redo.RedoTests.touched;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageRedoTest {
    /** @param block in hexadecimal, little-endian */
    private static CraftedRecord truncate(String block, String flags) {
        return CraftedRecord.of(PostgresMajor.V18, 2, 0x20).main(block + "7f060000 05000000 00400000" + flags);
    }

    @Test
    void aTruncationClearsTheBitsOfWhatIsCutOff() {
        CraftedRecord record = truncate("06000000", "07000000");
        assertEquals(List.of("1663/5/16384 fork 2 block 0"), touched(record));
        Page map = empty();
        map.fill(Page.HEADER, Page.SIZE, 0xFF);
        map.setLsn(5);
        redoTouched(record, map);
        assertEquals(0xFF, map.u8(24));
        assertEquals(0x0F, map.u8(25));
        assertEquals(0, map.u8(26));
        assertEquals(5, map.lsn());
        assertEquals(List.of("1663/5/16384 fork 2 block 1"), touched(truncate("a17f0000", "07000000")));
    }

    @Test
    void nothingIsTouchedWhereNoPageOfTheMapIsCut() {
        assertEquals(List.of(), touched(truncate("00000000", "07000000")));
        assertEquals(List.of(), touched(truncate("a07f0000", "07000000")));
        assertEquals(List.of(), touched(truncate("06000000", "05000000")));
        assertEquals(List.of(),
                touched(CraftedRecord.of(PostgresMajor.V18, 2, 0x10).main("7f060000 05000000 00400000 00000000")));
    }
}
