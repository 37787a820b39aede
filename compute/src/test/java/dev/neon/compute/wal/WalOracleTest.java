package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.WalReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of the workload, as neon reads it and as PostgreSQL of the same major does: the running server by
 * pg_walinspect (15 to 18), and pg_waldump where the machine has it. For 14, {@link RedoContextTest} asks its recovery.
 */
class WalOracleTest {
    /** They need a crash at the right moment, a promotion, or a million transactions; the last two do not exist. */
    private static final Set<String> RARE = Set.of("XLOG OVERWRITE_CONTRECORD", "XLOG END_OF_RECOVERY", "CLOG TRUNCATE",
            "XLOG NOOP", "Heap HOT_UPDATE+INIT");

    @TempDir
    Path home;

    /** 15 too, whose pg_waldump the build's machine is most likely to have. */
    static IntStream majors() {
        return IntStream.concat(IntStream.of(15), TestPostgres.someMajors()).distinct();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void recordsAreThoseOfPostgres(int major) throws Exception {
        try (WalWorkload workload = WalWorkload.run(home, major)) {
            assertAll(() -> compareWithServer(workload), () -> workload.cluster().stop(),
                    () -> compareWithWaldump(workload), () -> everyTypeIsDecoded(workload));
        }
    }

    private static void compareWithServer(WalWorkload workload) throws Exception {
        if (workload.major() >= 15) {
            PgWalinspect.compare(workload);
        }
    }

    private static void compareWithWaldump(WalWorkload workload) throws Exception {
        Optional<PgWaldump> waldump = PgWaldump.find(workload.major());
        if (waldump.isEmpty()) {
            System.out.println("WalOracleTest on " + workload.major() + ": not compared with pg_waldump, "
                    + PgWaldump.howToName(workload.major()));
            return;
        }
        Path wal = workload.data().resolve("pg_wal");
        for (boolean details : new boolean[] {false, true}) {
            waldump.get().compare(workload.wal(), wal, workload.first(), details)
                    .assertNone("lines of PostgreSQL " + workload.major());
        }
    }

    private static void everyTypeIsDecoded(WalWorkload workload) {
        PostgresMajor major = PostgresMajor.of(workload.major());
        WalCoverage coverage = new WalCoverage();
        try (WalReader reader = WalReader.from(workload.wal(), workload.first())) {
            coverage.readAll(reader, major);
            assertEquals(ControlFile.read(workload.data().resolve("global/pg_control")).checkPointLsn(),
                    reader.start(), "the last record is the checkpoint of the shutdown");
        }
        Set<String> missing = coverage.unseen(major);
        missing.removeAll(RARE);
        assertEquals(Set.of(), missing);
    }
}
