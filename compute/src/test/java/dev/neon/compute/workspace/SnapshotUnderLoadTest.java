package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.revision.Point;
import dev.neon.snapshot.Snapshot;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots of a server that never stops writing: files come, change, shrink and vanish while they are copied. */
class SnapshotUnderLoadTest {
    private static final int WRITERS = 4;

    @TempDir
    Path directory;

    @Test
    void isRebuiltCorrectly() throws Exception {
        rounds(18, 2);
    }

    @Tag("nightly")
    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void isRebuiltCorrectlyOnEveryMajor(int major) throws Exception {
        rounds(major, 10);
    }

    private void rounds(int major, int rounds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main", "max_connections=30", "checkpoint_timeout=30s", "autovacuum_naptime=1s");
            neon.execute("main", "CREATE EXTENSION amcheck", "CREATE TABLE acknowledged (writer int, n bigint,"
                    + " filler text, PRIMARY KEY (writer, n))");
            AtomicBoolean stop = new AtomicBoolean();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<AtomicLong> acknowledged = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                AtomicLong last = new AtomicLong();
                acknowledged.add(last);
                int number = writer;
                threads.add(run(failures, () -> write(neon, number, last, stop)));
            }
            threads.add(run(failures, () -> comeAndGo(neon, new Random(seed), stop)));
            try {
                for (int round = 0; round < rounds; round++) {
                    check(neon, "round" + round, acknowledged);
                }
            } finally {
                stop.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertEquals(List.of(), List.copyOf(failures));
        }
    }

    /** A snapshot, then a branch right behind it: everything acknowledged by then must be there, and be sound. */
    private static void check(TestWorkspace neon, String branch, List<AtomicLong> acknowledged) throws Exception {
        Snapshot snapshot = neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
        List<Long> before = acknowledged.stream().map(AtomicLong::get).toList();
        Point tip = neon.resolve("main");
        assertEquals(Optional.of(snapshot.lsn()), neon.workspace().snapshots()
                .newestFor(tip.timeline(), tip.lsn()).map(Snapshot::lsn), "what is tested is this snapshot");
        neon.workspace().branches().create(branch, tip, false);
        neon.start(branch);
        for (int writer = 0; writer < before.size(); writer++) {
            List<String> row = neon.query(branch, "SELECT count(*) || ' ' || coalesce(max(n), 0) FROM acknowledged"
                    + " WHERE writer = " + writer);
            String[] countAndMaximum = row.getFirst().split(" ");
            assertEquals(countAndMaximum[1], countAndMaximum[0], "no gap in what writer " + writer + " wrote");
            assertTrue(Long.parseLong(countAndMaximum[0]) >= before.get(writer), "lost by writer " + writer + ": "
                    + countAndMaximum[0] + " < " + before.get(writer));
        }
        neon.query(branch, "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
                + " WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'");
        assertEquals(List.of(), neon.query(branch, "SELECT c.relname || ': ' || v.msg FROM pg_class c,"
                + " LATERAL verify_heapam(c.oid) v WHERE c.relkind IN ('r', 't', 'm') AND c.relam <> 0"
                + " AND c.relpersistence = 'p'"));
        neon.stop(branch);
        neon.deleteDataDirectory(branch);
    }

    private static void write(TestWorkspace neon, int writer, AtomicLong last, AtomicBoolean stop) throws SQLException {
        try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                statement.execute("INSERT INTO acknowledged VALUES (" + writer + ", " + (last.get() + 1)
                        + ", repeat('x', 200))");
                last.incrementAndGet();
            }
        }
    }

    /** Relations that are created, truncated, rewritten and dropped. */
    private static void comeAndGo(TestWorkspace neon, Random random, AtomicBoolean stop) throws SQLException {
        try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
            for (int i = 0; !stop.get(); i++) {
                String table = "passing" + i % 7;
                statement.execute("DROP TABLE IF EXISTS " + table);
                statement.execute("CREATE " + (i % 5 == 0 ? "UNLOGGED " : "") + "TABLE " + table
                        + " AS SELECT g a, repeat('y', 100) b FROM generate_series(1, " + random.nextInt(3000) + ") g");
                statement.execute("CREATE INDEX ON " + table + " (a)");
                statement.execute("DELETE FROM " + table + " WHERE a % 2 = 0");
                switch (random.nextInt(4)) {
                    case 0 -> statement.execute("VACUUM FULL " + table);
                    case 1 -> statement.execute("TRUNCATE " + table);
                    case 2 -> statement.execute("VACUUM " + table);
                    default -> statement.execute("CREATE TEMP TABLE IF NOT EXISTS own AS SELECT * FROM " + table);
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT 1")) {
                row.next();
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Thread run(ConcurrentLinkedQueue<Throwable> failures, Work work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
    }
}
