package dev.neon.compute.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.state.SyntheticCheckpoint;
import dev.neon.wal.EndOfWal;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stock servers start on a synthetic checkpoint at every kind of place, without recovery, write on, and recover from a
 * crash with it. Between the base and the places nothing but WAL is written, so that pages are those of the base.
 */
class SyntheticCheckpointTest {
    private static final int MOST_ROUNDS = 60;
    private static final int ROWS = 100;

    @TempDir
    Path home;

    @Test
    void serversStartOnIt() throws Exception {
        serversStartOnIt(PostgresBinaries.NEWEST_MAJOR);
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    @Tag("nightly")
    void serversOfEachMajorStartOnIt(int major) throws Exception {
        serversStartOnIt(major);
    }

    private void serversStartOnIt(int major) throws Exception {
        PostgresBinaries postgres = TestPostgres.major(major);
        Path base = home.resolve("base");
        try (PlainCluster cluster = cluster(postgres)) {
            RecoveredCluster.copy(cluster.data(), base);
            ControlFile control = ControlFile.read(base.resolve("global/pg_control"));
            WalSource wal = WalSource.of(control.identity(), cluster.data().resolve("pg_wal"));
            Lsn begin = RecoveredCluster.recordEnd(wal, control.checkPointLsn());
            Map<CheckpointPlace, Lsn> places = write(cluster, wal, begin);
            try (StateWalk walk = new StateWalk(base, begin, wal)) {
                int number = 0;
                List<Map.Entry<CheckpointPlace, Lsn>> ascending = places.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue()).toList();
                for (Map.Entry<CheckpointPlace, Lsn> place : ascending) {
                    start(postgres, base, wal, walk.to(place.getValue()), place.getKey(), number++ % 2 == 0);
                }
            }
            System.out.println("PostgreSQL " + major + ": started at " + places.size() + " kinds of places");
        }
    }

    private PlainCluster cluster(PostgresBinaries postgres) throws Exception {
        PlainCluster cluster = PlainCluster.initdb(home.resolve("data"), postgres, "--locale=C", "--encoding=UTF8",
                "--wal-segsize=1").configure("autovacuum=off", "fsync=off", "wal_keep_size=8GB",
                "max_prepared_transactions=5", "allow_in_place_tablespaces=on", "track_commit_timestamp=on",
                "checkpoint_timeout=1h");
        cluster.start();
        cluster.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t SELECT generate_series(1, " + ROWS + ")",
                "CREATE UNLOGGED TABLE u (id int)", "INSERT INTO u VALUES (1)",
                "SELECT pg_replication_origin_create('far')", "SELECT pg_replication_origin_advance('far', '0/1234')",
                "CREATE TABLESPACE near LOCATION ''", "CREATE TABLE s (id int) TABLESPACE near",
                "CREATE DATABASE other", "VACUUM (FREEZE) t", "BEGIN; INSERT INTO t VALUES (-1); PREPARE TRANSACTION 'p'");
        return cluster.stop();
    }

    /** Goes on until there is a place of each kind; without changing a page. */
    private static Map<CheckpointPlace, Lsn> write(PlainCluster cluster, WalSource wal, Lsn begin) throws Exception {
        Map<CheckpointPlace, Lsn> places = new EnumMap<>(CheckpointPlace.class);
        Lsn from = begin;
        for (int round = 0; places.size() < CheckpointPlace.values().length; round++) {
            assertTrue(round < MOST_ROUNDS, "only " + places);
            cluster.start();
            cluster.execute("SELECT count(pg_logical_emit_message(false, 'p', repeat('x', (random() * 60)::int)))"
                    + " FROM generate_series(1, 20000)", "SELECT pg_logical_emit_message(false, 'p', repeat('y', 50000))",
                    "SELECT pg_create_restore_point('r')", "SELECT pg_switch_wal()", "CHECKPOINT");
            cluster.stop();
            Lsn last = ControlFile.read(cluster.data().resolve("global/pg_control")).checkPointLsn();
            Lsn end = RecoveredCluster.recordEnd(wal, last);
            CheckpointPlace.find(wal, from, end, places);
            from = end;
        }
        return places;
    }

    /** @param isCut whether the WAL ends before the checkpoint; else there is what the server wrote on */
    private void start(PostgresBinaries postgres, Path base, WalSource wal, StateWalk walk, CheckpointPlace place,
            boolean isCut) throws Exception {
        Lsn at = walk.metadata().lsn();
        String what = place + " at " + at + (isCut ? "" : ", over WAL");
        Path target = home.resolve(place.toString());
        Instant time = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        SyntheticCheckpoint checkpoint = new SyntheticCheckpoint(walk.metadata(), time);
        BuiltDirectory.build(walk.metadata(), walk.slrus(), checkpoint.controlFile(), base, target);
        Path pgWal = target.resolve("pg_wal");
        if (!isCut) {
            copySegments(wal, at, pgWal);
        }
        checkpoint.append(new NioFileSteps(), wal, pgWal);
        requireWal(walk, checkpoint, WalSource.of(wal.identity(), pgWal), what);
        try (PlainCluster cluster = PlainCluster.at(target, postgres).start()) {
            String log = Files.readString(home.resolve(place + ".log"));
            assertTrue(log.contains("database system was shut down at"), () -> what + "\n" + log);
            assertFalse(log.contains("redo starts"), () -> what + "\n" + log);
            assertEquals(List.of(checkpoint.start().toString()),
                    cluster.query("SELECT checkpoint_lsn FROM pg_control_checkpoint()"), what);
            look(cluster, what, ROWS);
            cluster.execute("COMMIT PREPARED 'p'", "INSERT INTO u VALUES (1)", "INSERT INTO s VALUES (1)");
            cluster.crash();
            cluster.start();
            look(cluster, what, ROWS + 1);
            cluster.stop();
        }
        new DurableFiles(new NioFileSteps()).deleteTree(target);
    }

    private static void look(PlainCluster cluster, String what, int rows) throws Exception {
        assertEquals(List.of(Integer.toString(rows)), cluster.query("SELECT count(*) FROM t"), what);
        assertEquals(List.of("0"), cluster.query("SELECT count(*) FROM u"), what);
        assertEquals(List.of(Integer.toString(rows - ROWS)), cluster.query("SELECT count(*) FROM s"), what);
        assertEquals(List.of("0/1234"), cluster.query("SELECT pg_replication_origin_progress('far', false)"), what);
        assertEquals(List.of("t"), cluster.query("SELECT pg_xact_commit_timestamp(xmin) IS NOT NULL FROM pg_database"
                + " WHERE datname = 'other'"), what);
        assertEquals(List.of("4"), cluster.query("SELECT count(*) FROM pg_database"), what);
    }

    private static void copySegments(WalSource wal, Lsn at, Path directory) throws Exception {
        long number = at.value() / wal.segmentSize();
        for (long next = number; next <= number + 1; next++) {
            Optional<Path> segment = wal.path(next);
            if (segment.isPresent()) {
                Files.copy(segment.get(), directory.resolve(
                        new SegmentName(wal.identity().walTimeline(), next, wal.segmentSize()).toString()));
            }
        }
    }

    /** The WAL ends with the checkpoint, and the segments are whole. */
    private static void requireWal(StateWalk walk, SyntheticCheckpoint checkpoint, WalSource written, String what)
            throws Exception {
        assertEquals(checkpoint.end(), RecoveredCluster.recordEnd(written, checkpoint.start()), what);
        EndOfWal end = EndOfWal.find(written, Optional.of(checkpoint.start()), EndOfWal.Mode.FULL_LAST_SEGMENT);
        assertEquals(checkpoint.end(), end.end(), what);
        Path last = written.path(checkpoint.end().plus(-1).value() / written.segmentSize()).orElseThrow();
        assertEquals(written.segmentSize(), Files.size(last), what);
        byte[] bytes = Files.readAllBytes(last);
        for (int i = (int) (checkpoint.end().plus(-1).value() % written.segmentSize()) + 1; i < bytes.length; i++) {
            assertEquals(0, bytes[i], what);
        }
        assertEquals(walk.metadata().lsn(), checkpoint.start().value() % 8192 > 40 ? checkpoint.start()
                : walk.metadata().lsn(), what);
    }
}
