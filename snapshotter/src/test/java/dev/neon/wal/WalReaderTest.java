package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedWal.Written;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader says of its record, on one and after the last. */
class WalReaderTest {
    @TempDir
    Path directory;

    private final CraftedWal wal = new CraftedWal(PostgresMajor.V18);

    private WalReader reader() throws IOException {
        return WalReader.from(wal.source(directory), wal.records().getFirst().start());
    }

    @Test
    void afterTheEndTheLastRecordKeepsItsNameAndLosesItsBytes() throws IOException {
        Written last = wal.record(100);
        Written torn = wal.record(200);
        wal.flip(torn.start().value() + 100, 1);
        try (WalReader reader = reader()) {
            assertThrows(IllegalStateException.class, reader::copyBytes);
            assertTrue(reader.next());
            int crc = reader.crc();
            assertEquals(100, reader.copyBytes().length);
            for (int again = 0; again < 2; again++) {
                assertFalse(reader.next());
                assertEquals(last.start(), reader.start());
                assertEquals(last.end(), reader.end());
                assertEquals(crc, reader.crc());
                assertThrows(IllegalStateException.class, reader::copyBytes);
                assertThrows(IllegalStateException.class, reader::record);
            }
        }
    }
}
