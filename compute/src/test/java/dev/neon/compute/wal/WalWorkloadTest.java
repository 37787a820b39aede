package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.wal.WalReader;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WalWorkloadTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void everyRecordUpToTheServersEndIsRead(int major) throws Exception {
        try (WalWorkload workload = WalWorkload.run(home, TestPostgres.major(major))) {
            String flushed = workload.cluster().query("select pg_current_wal_flush_lsn()").getFirst();
            try (WalReader reader = WalReader.from(workload.wal(), workload.first())) {
                while (reader.next()) {
                    reader.record();
                }
                assertEquals(flushed, reader.end().toString());
            }
        }
    }
}
