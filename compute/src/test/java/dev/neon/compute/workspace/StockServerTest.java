package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ServerUser;
import dev.neon.compute.process.TestServer;
import dev.neon.repo.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory of the repository on which somebody starts PostgreSQL without neon. */
class StockServerTest {
    @TempDir
    Path directory;

    @Test
    void removesNoWalOfTheRepository() throws Exception {
        PostgresBinaries postgres = TestPostgres.major(18);
        try (TestWorkspace neon = TestWorkspace.init(directory, postgres)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)");
            neon.stop("main");
            TimelineId timeline = neon.timeline("main");
            Path wal = neon.workspace().repository().timelines().walDirectory(timeline);
            Path first = wal.resolve("000000010000000000000001");
            assertTrue(Files.exists(first));

            try (TestServer stock = TestServer.start(postgres,
                    neon.workspace().repository().dataDirectory(timeline), directory, ServerUser.current())) {
                stock.awaitAnswer();
                assertEquals("2147483647MB", stock.query("SHOW wal_keep_size"));
                for (int i = 0; i < 8; i++) {
                    stock.query("SELECT pg_logical_emit_message(true, 'x', 'y')");
                    stock.query("SELECT pg_switch_wal()");
                }
                stock.query("CHECKPOINT");
                stock.query("CHECKPOINT");
            }

            assertTrue(Files.exists(first), "a checkpoint removed WAL that the repository needs");
            neon.deleteDataDirectory("main");
            neon.start("main");
            assertEquals(List.of("1"), neon.query("main", "SELECT count(*) FROM t"));
        }
    }
}
