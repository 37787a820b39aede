package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.snapshot.RedoEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody has started the server of a branch at {@code wal_level=minimal}, and loaded a new table. */
class MinimalWalTest {
    private static final int ROWS = 100_000;

    @TempDir
    Path directory;

    private TestWorkspace neon;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsNotInWalIsNotMissedInSilence(int format) throws Exception {
        try (TestWorkspace opened = TestWorkspace.init(directory, TestPostgres.major(18), format)) {
            neon = opened;
            neon.start("main");
            neon.execute("main", "CREATE TABLE logged (a int)");
            neon.stop("main");
            atMinimal("INSERT INTO logged VALUES (1)");
            neon.start("main");
            Lsn before = neon.resolve("main").lsn();
            neon.stop("main");
            atMinimal("BEGIN; CREATE TABLE loaded (a int); INSERT INTO loaded SELECT generate_series(1, " + ROWS
                    + "); COMMIT");

            neon.branch("before", "main@" + before);
            neon.start("before");
            assertEquals(List.of("1"), neon.query("before", "SELECT count(*) FROM logged"));
            neon.branch("after", "main");
            for (RedoEngine engine : RedoEngine.values()) {
                UnsupportedWalException refused =
                        assertThrows(UnsupportedWalException.class, () -> start("after", engine));
                Lsn made = Lsn.parse(refused.lsn());
                assertTrue(!made.isBefore(before) && made.isBefore(neon.resolve("main").lsn()), refused.getMessage());
                assertTrue(refused.hint().orElseThrow().contains("'neon snapshot create'"), refused.toString());
            }

            atMinimal("INSERT INTO logged VALUES (2)");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            neon.branch("whole", "main");
            neon.start("whole");
            assertEquals(List.of("" + ROWS), neon.query("whole", "SELECT count(*) FROM loaded"));
            assertEquals(List.of("2"), neon.query("whole", "SELECT count(*) FROM logged"));
            assertThrows(UnsupportedWalException.class, () -> start("after", RedoEngine.NEON), "before the snapshot");
        }
    }

    private void start(String branch, RedoEngine engine) {
        TimelineId timeline = neon.timeline(branch);
        neon.workspace().instances().start(new StartRequest(timeline, branch, false, Optional.empty(), Optional.empty(),
                List.of(), Optional.empty(), Duration.ofSeconds(60), engine));
    }

    /** As no command of neon does. */
    private void atMinimal(String sql) throws Exception {
        Path data = neon.workspace().repository().dataDirectory(neon.timeline("main"));
        try (PlainCluster cluster = PlainCluster.at(data, TestPostgres.major(18))
                .start("wal_level=minimal", "max_wal_senders=0", "wal_keep_size=1GB")) {
            cluster.execute(sql);
            cluster.stop();
        }
    }
}
