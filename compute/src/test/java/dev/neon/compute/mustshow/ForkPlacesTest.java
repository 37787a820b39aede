package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forks at the places where WAL is not just one record after another. Small segments make them frequent; small records
 * of random length that change nothing (messages) are written until there is one of each.
 */
class ForkPlacesTest {
    private static final int MOST_ROUNDS = 100;
    private static final int MESSAGES = 5000;

    @TempDir
    Path directory;

    @Test
    void forksAtEveryKindOfPlace() throws Exception {
        forks(18, 1);
    }

    @ParameterizedTest
    @CsvSource({"14, 1", "15, 1", "16, 1", "17, 1", "14, 2", "18, 2", "18, 16"})
    @Tag("nightly")
    void forksAtEveryKindOfPlace(int major, int megabytes) throws Exception {
        forks(major, megabytes);
    }

    private void forks(int major, int megabytes) throws Exception {
        try (TestWorkspace neon = TestCluster.imported(directory, TestPostgres.major(major), megabytes)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t (id int)");
            WrittenRows rows = new WrittenRows();
            Lsn begin = neon.resolve("main").lsn();
            Map<ForkPlace, Lsn> places = new EnumMap<>(ForkPlace.class);
            for (int round = 0; places.size() < ForkPlace.values().length; round++) {
                assertTrue(round < MOST_ROUNDS, "only " + places);
                write(neon, rows);
                Lsn end = neon.resolve("main").lsn();
                ForkPlace.find(neon.workspace().wal().source(neon.timeline("main")), begin, end, places);
                begin = end;
            }
            neon.stop("main");
            for (Map.Entry<ForkPlace, Lsn> place : places.entrySet()) {
                fork(neon, rows, place.getKey() + "", "main@" + place.getValue(), place.getValue());
            }
            // A server names the position after a page's header for one at the page's end.
            Lsn boundary = places.get(ForkPlace.SEGMENT_END);
            fork(neon, rows, "header", "main@" + boundary.plus(ForkPlace.LONG_HEADER), boundary);
        }
    }

    private static void write(TestWorkspace neon, WrittenRows rows) throws SQLException {
        try (Connection connection = neon.connect("main")) {
            for (int i = 0; i < 5; i++) {
                rows.insert(connection);
                Ledger.strings(connection, "SELECT count(pg_logical_emit_message(false, 'p',"
                        + " repeat('x', (random() * 60)::int))) FROM generate_series(1, " + MESSAGES + ")");
                rows.insert(connection);
            }
            Ledger.strings(connection, "SELECT pg_switch_wal()");
            rows.insert(connection);
        }
    }

    private static void fork(TestWorkspace neon, WrittenRows rows, String name, String revision, Lsn at)
            throws Exception {
        String what = name + ", " + revision;
        neon.branch(name, revision);
        assertEquals(at, neon.resolve(name).lsn(), what);
        neon.start(name);
        long count = count(neon, name);
        rows.requireCount(count, at, what);
        neon.execute(name, "INSERT INTO t VALUES (-1)");
        ServerKill.all(neon, name);
        neon.deleteDataDirectory(name);
        neon.branch(name + "-child", name);
        for (String branch : List.of(name, name + "-child")) {
            neon.start(branch);
            assertEquals(count + 1, count(neon, branch), what + " on " + branch);
            neon.workspace().instances().stop(neon.timeline(branch), ServerSignal.IMMEDIATE, TestWorkspace.STOP);
            neon.deleteDataDirectory(branch);
        }
    }

    private static long count(TestWorkspace neon, String branch) throws SQLException {
        return Long.parseLong(neon.query(branch, "SELECT count(*) FROM t").getFirst());
    }
}
