package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.dialect.HostileWal;
import dev.neon.dialect.HostileWal.Outcome;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two million damaged pages of each major's workload: every page of every segment many times over. */
@Tag("nightly")
class HostileServersWalTest {
    private static final long PAGES = Long.getLong("neon.hostile.pages", 2_000_000);
    /** Pages of wrong checksums, for each pass over all pages of a segment with right ones. */
    private static final int BYTES = 12;

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void damagedPagesAreReadOrRefused(int major) throws Exception {
        try (WalWorkload workload = WalWorkload.run(home, major)) {
            workload.cluster().stop();
            long seed = new Random().nextLong();
            System.out.println("HostileServersWalTest on " + major + ", seed " + seed);
            Outcome outcome = damage(workload, new Random(seed));
            System.out.println("HostileServersWalTest on " + major + ": " + outcome);
            assertTrue(outcome.sound() > 0 && outcome.refused() > 0 && outcome.malformed() > 0, outcome::toString);
        }
    }

    private static Outcome damage(WalWorkload workload, Random random) throws IOException {
        WalSource source = workload.wal();
        ClusterIdentity identity = source.identity();
        Map<Long, Lsn> firsts = firsts(workload, source, identity.segmentSize());
        Outcome outcome = Outcome.NONE;
        for (Map.Entry<Long, Lsn> segment : firsts.entrySet()) {
            byte[] bytes = Files.readAllBytes(source.path(segment.getKey()).orElseThrow());
            try (HostileWal wal = new HostileWal(identity, segment.getValue(), bytes)) {
                while (wal.outcome().pages() < PAGES / firsts.size()) {
                    wal.damageRecords(random);
                    for (int i = 0; i < BYTES; i++) {
                        wal.damageBytes(random);
                    }
                }
                outcome = outcome.plus(wal.outcome());
            }
        }
        return outcome;
    }

    /** The first record that starts in each segment, but for the last segment, which a few records hardly fill. */
    private static Map<Long, Lsn> firsts(WalWorkload workload, WalSource source, int segmentSize) {
        TreeMap<Long, Lsn> firsts = new TreeMap<>();
        try (WalReader reader = WalReader.from(source, workload.first())) {
            while (reader.next()) {
                firsts.putIfAbsent(reader.start().value() / segmentSize, reader.start());
            }
        }
        firsts.pollLastEntry();
        return firsts;
    }
}
