package dev.neon.wal;

import static dev.neon.wal.CraftedWal.PAGE;
import static dev.neon.wal.CraftedWal.SEGMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.wal.CraftedWal.Written;
import dev.neon.wal.EndOfWal.Mode;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Damage anywhere: never an unexpected exception, never a record that was not written, none lost before the damage. */
class MutatedWalTest {
    private static final long BASE = (long) CraftedWal.FIRST_SEGMENT * SEGMENT;

    @Property(tries = 300)
    void recordsBeforeTheDamageAreReadAndNoOthers(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        CraftedWal wal = new CraftedWal(PostgresMajor.values()[random.nextInt(PostgresMajor.values().length)]);
        while (wal.end().value() < BASE + 9 * PAGE) {
            wal.record(24 + random.nextInt(random.nextInt(10) == 0 ? 3 * PAGE : 200));
        }
        long first = Long.MAX_VALUE;
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            long at = switch (random.nextInt(3)) {
                case 0 -> BASE + (long) random.nextInt(9) * PAGE + random.nextInt(40);
                case 1 -> wal.records().get(random.nextInt(wal.records().size())).start().value() + random.nextInt(24);
                default -> BASE + random.nextInt(9 * PAGE);
            };
            wal.flip(at, random.nextInt(1, 256));
            first = Math.min(first, at);
        }
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            assertWalk(wal, wal.source(memory.getPath("/wal")), first);
        }
    }

    private static void assertWalk(CraftedWal wal, WalSource source, long damage) {
        int read = 0;
        try (WalReader reader = WalReader.from(source, new Lsn(BASE))) {
            for (; reader.next(); read++) {
                Written expected = wal.records().get(read);
                assertEquals(expected.start(), reader.start());
                assertEquals(expected.end(), reader.end());
                assertEquals(expected.length(), reader.copyBytes().length);
            }
            assertTrue(reader.why().isPresent());
        }
        long whole = wal.records().stream().filter(each -> each.end().value() <= damage).count();
        assertTrue(read >= whole, read + " records read, " + whole + " are whole");
        Lsn end = read == 0 ? new Lsn(BASE) : wal.records().get(read - 1).end();
        assertEquals(end, EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT).end());
        for (long at = BASE; at < wal.end().value(); at += PAGE / 2) {
            try {
                RecordBoundaries.of(source, wal.end()).locate(new Lsn(at));
            } catch (CorruptFileException damaged) {
                assertTrue(damaged.offset() < SEGMENT);
            }
        }
    }
}
