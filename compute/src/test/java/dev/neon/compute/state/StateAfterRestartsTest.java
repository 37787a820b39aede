package dev.neon.compute.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.state.BaseState;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server does not tell in a record of its own, beside what stock PostgreSQL makes of the same WAL. */
class StateAfterRestartsTest {
    private static final String OFF = "full_page_writes=off";
    private static final String ON = "full_page_writes=on";

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void isThatOfPostgres(int major) throws Exception {
        PostgresBinaries postgres = TestPostgres.major(major);
        Path base = home.resolve("base");
        try (PlainCluster cluster = PlainCluster.init(home.resolve("data"), postgres)) {
            cluster.configure("max_prepared_transactions=5", "autovacuum=off", "fsync=off", "wal_keep_size=8GB");
            RecoveredCluster.copy(cluster.data(), base);
            ControlFile first = ControlFile.read(base.resolve("global/pg_control"));
            WalSource wal = WalSource.of(first.identity(), cluster.data().resolve("pg_wal"));

            cluster.start(OFF);
            Lsn prepared = prepare(cluster);
            cluster.execute("CHECKPOINT", "INSERT INTO t VALUES (2)");
            Lsn written = position(cluster);
            cluster.crash().start(ON).execute("INSERT INTO t VALUES (3)");
            Lsn recovered = position(cluster);
            cluster.stop().start(OFF).stop();

            Lsn begin = RecoveredCluster.recordEnd(wal, first.checkPointLsn());
            RecoveryComparison recovery = new RecoveryComparison(postgres, base, wal, home);
            try (StateWalk walk = new StateWalk(base, begin, wal)) {
                assertEquals(List.of(), recovery.differences(walk.to(prepared)));
                assertEquals(List.of(), recovery.differences(walk.to(written)));
                assertFalse(walk.metadata().counters().fullPageWrites(), "an online checkpoint has told");
                assertEquals(List.of(), recovery.differences(walk.to(recovered)));
                assertTrue(walk.metadata().counters().fullPageWrites(), "the checkpoint after recovery has told");
                ControlFile last = ControlFile.read(cluster.data().resolve("global/pg_control"));
                Lsn end = RecoveredCluster.recordEnd(wal, last.checkPointLsn());
                ClusterMetadata server = BaseState.read(cluster.data(), end);
                assertFalse(server.counters().fullPageWrites());
                assertEquals(List.of(),
                        StateDifferences.find(server, cluster.data(), walk.to(end).metadata(), false), "at the end");
            }
        }
    }

    /** A transaction whose subtransactions have changed only what is not logged. */
    private static Lsn prepare(PlainCluster cluster) throws Exception {
        cluster.execute("CREATE TABLE t (id int)", "CREATE UNLOGGED TABLE u (id int)");
        try (Connection session = cluster.connect(); Statement statement = session.createStatement()) {
            for (String sql : List.of("BEGIN", "INSERT INTO t VALUES (1)", "SAVEPOINT a", "INSERT INTO u VALUES (1)",
                    "SAVEPOINT b", "INSERT INTO u VALUES (2)", "PREPARE TRANSACTION 'p'")) {
                statement.execute(sql);
            }
        }
        return position(cluster);
    }

    private static Lsn position(PlainCluster cluster) throws Exception {
        return Lsn.parse(cluster.query("SELECT pg_current_wal_insert_lsn()").getFirst());
    }
}
