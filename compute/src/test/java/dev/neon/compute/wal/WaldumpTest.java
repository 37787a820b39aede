package dev.neon.compute.wal;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.RecordLine;
import dev.neon.rmgr.WalDialect;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of the workload's WAL, against that of the same major's pg_waldump. */
class WaldumpTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void linesAreThoseOfWaldump(int number) throws Exception {
        PgWaldump waldump = PgWaldump.require(number);
        PostgresMajor major = PostgresMajor.of(number);
        try (WalWorkload workload = WalWorkload.run(home, TestPostgres.major(number))) {
            Path wal = workload.data().resolve("pg_wal");
            waldump.compare(workload.wal(), wal, workload.first(), WalDialect.of(major), new RecordLine(major, false))
                    .assertNone("lines of PostgreSQL " + number);
            waldump.compare(workload.wal(), wal, workload.first(), WalDialect.of(major), new RecordLine(major, true),
                    "--bkp-details").assertNone("lines with details of PostgreSQL " + number);
        }
    }
}
