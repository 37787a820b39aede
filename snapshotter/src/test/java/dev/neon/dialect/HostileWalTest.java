package dev.neon.dialect;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.GoldenWal;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** All decoders on damaged golden WAL; the long run over servers' WAL is {@code HostileServersWalTest} in compute. */
class HostileWalTest {
    @Property(tries = 25)
    void damagedRecordsAreReadOrRefused(@ForAll PostgresMajor major, @ForAll long seed) throws IOException {
        GoldenWal golden = GoldenWal.of(major);
        Random random = new Random(seed);
        try (HostileWal wal = new HostileWal(golden.identity(), GoldenWal.first(), golden.segment())) {
            for (int i = 0; i < 200; i++) {
                wal.damageRecords(random);
                wal.damageBytes(random);
            }
            assertTrue(wal.outcome().sound() > 0 && wal.outcome().refused() > 0 && wal.outcome().malformed() > 0,
                    () -> wal.outcome().toString());
            assertTrue(wal.redo().done() > 0 && wal.redo().refused() > 0,
                    () -> wal.redo().done() + " blocks done, " + wal.redo().refused() + " refused");
        }
    }
}
