package dev.neon.compute.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.state.BaseState;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.WalSource;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where transactions' ids wrap around: the epoch advances, and pg_xact begins anew with its page 0. */
@Tag("nightly")
class WraparoundTest {
    /** On the last page of pg_xact. */
    private static final long NEXT = (1L << 32) - 2500;
    private static final int SEGMENT = 32 * 8192;

    @TempDir
    Path home;

    @Test
    void statesAreThoseOfPostgres() throws Exception {
        assumeTrue(TestPostgres.debian15().isPresent(), "pg_resetwal is not installed");
        PostgresBinaries postgres = TestPostgres.debian15().orElseThrow();
        Path base = home.resolve("base");
        try (PlainCluster cluster = PlainCluster.init(home.resolve("data"), postgres)) {
            cluster.configure("max_prepared_transactions=5", "track_commit_timestamp=on", "autovacuum=off", "fsync=off",
                    "wal_keep_size=8GB");
            // Rows of earlier transactions would be in the future.
            cluster.start().execute("VACUUM FREEZE");
            cluster.stop();
            goToTheLastPage(postgres, cluster.data());
            RecoveredCluster.copy(cluster.data(), base);
            ControlFile first = ControlFile.read(base.resolve("global/pg_control"));
            assertEquals(NEXT, first.checkPoint().nextXid());
            WalSource wal = WalSource.of(first.identity(), cluster.data().resolve("pg_wal"));

            List<Lsn> points = new ArrayList<>();
            cluster.start().execute("CREATE TABLE t (id int)", "CREATE UNLOGGED TABLE u (id int)");
            spend(cluster, 1000);
            prepare(cluster, "below");
            points.add(position(cluster));
            spend(cluster, 2000);
            points.add(position(cluster));
            prepare(cluster, "above");
            points.add(position(cluster));
            cluster.execute("COMMIT PREPARED 'below'", "CHECKPOINT");
            points.add(position(cluster));
            cluster.crash().start().execute("INSERT INTO t VALUES (0)", "VACUUM FREEZE t", "ROLLBACK PREPARED 'above'");
            points.add(position(cluster));
            cluster.stop();

            compare(postgres, base, wal, cluster.data(), points);
        }
    }

    private static void goToTheLastPage(PostgresBinaries postgres, Path data) throws Exception {
        ProgramRun.of(ServerUser.current().wrap(List.of(postgres.program("pg_resetwal").toString(), "-D",
                data.toString(), "-x", Long.toString(NEXT), "-u", Long.toString(NEXT - 100))), Duration.ofMinutes(1))
                .orThrow("pg_resetwal has failed.");
        try (RandomAccessFile last = new RandomAccessFile(data.resolve("pg_xact/0FFF").toFile(), "rw")) {
            last.setLength(SEGMENT);
        }
    }

    private void compare(PostgresBinaries postgres, Path base, WalSource wal, Path data, List<Lsn> points)
            throws Exception {
        ControlFile first = ControlFile.read(base.resolve("global/pg_control"));
        RecoveryComparison recovery = new RecoveryComparison(postgres, base, wal, home);
        List<Long> epochs = new ArrayList<>();
        try (StateWalk walk = new StateWalk(base, RecoveredCluster.recordEnd(wal, first.checkPointLsn()), wal)) {
            for (Lsn point : points) {
                assertEquals(List.of(), recovery.differences(walk.to(point)));
                epochs.add(walk.metadata().counters().nextXid() >>> 32);
            }
            assertEquals(List.of(0L, 1L, 1L, 1L, 1L), epochs);
            Lsn end = RecoveredCluster.recordEnd(wal,
                    ControlFile.read(data.resolve("global/pg_control")).checkPointLsn());
            ClusterMetadata server = BaseState.read(data, end);
            List<String> wrong = StateDifferences.find(server, data, walk.to(end).metadata(), false);
            wrong.add(walk.slrus().difference(SlruContents.read(data, server)));
            assertTrue(wrong.stream().allMatch(String::isEmpty), () -> String.join("\n", wrong));
        }
    }

    /** Uses up ids, of which every other is that of an aborted subtransaction. */
    private static void spend(PlainCluster cluster, int ids) throws Exception {
        cluster.execute("DO $$ BEGIN FOR i IN 1.." + ids + " LOOP BEGIN INSERT INTO t VALUES (i);"
                + " IF i % 2 = 0 THEN RAISE EXCEPTION 'even'; END IF; EXCEPTION WHEN raise_exception THEN NULL; END;"
                + " END LOOP; END $$");
    }

    /** With subtransactions of which WAL tells nothing else. */
    private static void prepare(PlainCluster cluster, String name) throws Exception {
        try (Connection session = cluster.connect(); Statement statement = session.createStatement()) {
            for (String sql : List.of("BEGIN", "INSERT INTO t VALUES (1)", "SAVEPOINT a", "INSERT INTO u VALUES (1)",
                    "SAVEPOINT b", "INSERT INTO u VALUES (2)", "PREPARE TRANSACTION '" + name + "'")) {
                statement.execute(sql);
            }
        }
    }

    private static Lsn position(PlainCluster cluster) throws Exception {
        return Lsn.parse(cluster.query("SELECT pg_current_wal_insert_lsn()").getFirst());
    }
}
