package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments in which no record begins. */
class RecordSearchTest {
    private static final long SECOND = (CraftedWal.FIRST_SEGMENT + 1L) * CraftedWal.SEGMENT;

    @TempDir
    Path directory;

    private final CraftedWal wal = new CraftedWal(PostgresMajor.V15);

    private Optional<WalkEnd> inSecond(Lsn to) throws IOException {
        return RecordSearch.notOfOneRecord(wal.source(directory), new Lsn(SECOND), to);
    }

    @Test
    void theMiddleOfARecord() throws IOException {
        wal.record(3 * CraftedWal.SEGMENT);
        Lsn end = new Lsn(SECOND + CraftedWal.SEGMENT);
        assertEquals(Optional.empty(), inSecond(end));
        Lsn page = new Lsn(SECOND + 5L * CraftedWal.PAGE);
        wal.flip(page.value() + WalPageHeader.REMAINING_LENGTH, 1);
        assertEquals(page, assertDefect(inSecond(end)).at());
        wal.flip(page.value() + WalPageHeader.REMAINING_LENGTH, 1);
        wal.flip(page.value() + WalPageHeader.ADDRESS, 1);
        assertDefect(inSecond(end));
        wal.flip(page.value() + WalPageHeader.ADDRESS, 1);
        wal.clear(page, CraftedWal.SEGMENT);
        assertTrue(inSecond(end).orElseThrow() instanceof WalkEnd.NoMoreWal);
    }

    @Test
    void theRestOfARecord() throws IOException {
        wal.record(CraftedWal.SEGMENT + 200_000);
        assertEquals(Optional.empty(), inSecond(wal.end()));
        assertDefect(inSecond(new Lsn(wal.end().value() + 8)));
    }

    @Test
    void pagesOnWhichRecordsBegin() throws IOException {
        wal.record(CraftedWal.SEGMENT + 20_000);
        wal.record(CraftedWal.SEGMENT);
        assertDefect(inSecond(new Lsn(SECOND + CraftedWal.SEGMENT)));
    }

    private static WalkEnd.Defect assertDefect(Optional<WalkEnd> found) {
        WalkEnd.Defect defect = (WalkEnd.Defect) found.orElseThrow();
        assertTrue(defect.expected().contains("record") || defect.expected().contains("address"), defect.toString());
        return defect;
    }
}
