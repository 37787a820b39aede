package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.revision.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code main@{<time>}} and its kin name exactly the point at which PostgreSQL's own recovery would stop. */
class MomentsTest {
    private static final String[] SETTINGS = {"max_prepared_transactions=20", "track_commit_timestamp=on",
        "synchronous_commit=off"};

    @TempDir
    Path directory;

    private final List<String> targets = Collections.synchronizedList(new ArrayList<>());
    private long seed;

    @ParameterizedTest
    @ValueSource(ints = 18)
    void asStockRecovery(int major) throws Exception {
        compare(TestPostgres.major(major), 200, 5);
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    @Tag("nightly")
    void asStockRecoveryMoreOften(int major) throws Exception {
        compare(TestPostgres.major(major), 3000, 40);
    }

    private void compare(PostgresBinaries postgres, int transactions, int count) throws Exception {
        seed = System.nanoTime();
        System.out.println("MomentsTest on " + postgres.version() + ", seed " + seed);
        try (TestWorkspace neon = TestWorkspace.init(directory.resolve("repository"), postgres)) {
            neon.start("main", SETTINGS);
            neon.execute("main", "CREATE TABLE t (a int, b text)");
            load(neon, "main", transactions);
            neon.stop("main");
            neon.start("main", SETTINGS);
            load(neon, "main", transactions);
            neon.workspace().instances().stop(neon.timeline("main"), ServerSignal.IMMEDIATE, TestWorkspace.STOP);
            neon.start("main", SETTINGS);
            load(neon, "main", transactions);
            check(neon, "main", postgres, count);

            neon.branch("fork", "main@{restore:point " + (transactions / 2) + "}");
            Lsn fork = neon.resolve("fork").lsn();
            targets.removeIf(target -> neon.resolve(revision("main", target)).lsn().isAfter(fork));
            neon.start("fork", SETTINGS);
            load(neon, "fork", transactions);
            check(neon, "fork", postgres, count);
        }
    }

    /** Runs two sessions whose transactions overlap, and notes what can be asked for. */
    private void load(TestWorkspace neon, String branch, int transactions) throws Exception {
        Random random = new Random(seed);
        try (Connection one = neon.connect(branch); Connection other = neon.connect(branch)) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                step(i, random, random.nextInt(3) == 0 ? other : one);
                if (i == transactions / 2) {
                    neon.execute(branch, "SELECT pg_create_restore_point('point " + i + "')", "SELECT pg_switch_wal()");
                }
            }
            one.commit();
            other.commit();
        }
        // Takes what the others have done to disk: the server may be killed next.
        neon.execute(branch, "SET synchronous_commit = on", "INSERT INTO t VALUES (-1, 'the last one')");
    }

    private void step(int i, Random random, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t SELECT g, repeat('x', " + random.nextInt(1000)
                    + ") FROM generate_series(1, " + (1 + random.nextInt(30)) + ") g");
            switch (random.nextInt(12)) {
                case 0 -> statement.execute("SAVEPOINT s; DELETE FROM t WHERE a = " + random.nextInt(30)
                        + "; RELEASE SAVEPOINT s");
                case 1 -> statement.execute("SAVEPOINT s; INSERT INTO t VALUES (0, ''); ROLLBACK TO SAVEPOINT s");
                case 2 -> {
                    note("xid", statement, "SELECT pg_current_xact_id()::xid");
                    connection.rollback();
                }
                case 3 -> {
                    note("xid", statement, "SELECT pg_current_xact_id()::xid");
                    statement.execute("PREPARE TRANSACTION 'p" + i + "'");
                    connection.commit();
                    connection.setAutoCommit(true);
                    statement.execute("COMMIT PREPARED 'p" + i + "'");
                    connection.setAutoCommit(false);
                }
                case 4 -> {
                    note("xid", statement, "SELECT pg_current_xact_id()::xid");
                    connection.commit();
                    // To the microsecond: what has exactly the time of the target is replayed.
                    note("time", statement, "SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
                            + " || '+00' FROM pg_last_committed_xact()");
                }
                case 5 -> {
                    connection.commit();
                    note("time", statement, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                            + " 'YYYY-MM-DD HH24:MI:SS.US') || '+00'");
                }
                case 6, 7, 8 -> connection.commit();
                default -> { }
            }
        }
    }

    private void note(String kind, Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            targets.add("recovery_target_" + kind + "=" + row.getString(1));
        }
    }

    private void check(TestWorkspace neon, String branch, PostgresBinaries postgres, int count) throws Exception {
        TimelineId timeline = neon.timeline(branch);
        TimelineId root = neon.timeline("main");
        neon.stop(branch);
        Path place = Files.createDirectories(directory.resolve("recovery-" + branch));
        StockRecovery recovery = new StockRecovery(postgres, neon, timeline, place);
        Collections.shuffle(targets, new Random(seed));
        List<String> chosen = new ArrayList<>(targets.subList(0, Math.min(count, targets.size())));
        for (String target : chosen) {
            String revision = revision(branch, target);
            Point point = neon.resolve(revision);
            assertEquals(recovery.stop(root, target), point.lsn(), revision);
            assertEquals(point.lsn(), neon.resolve(point.timeline() + "@" + point.lsn()).lsn());
        }
        System.out.println("MomentsTest: " + chosen.size() + " of " + targets.size() + " targets on " + branch);
        errors(neon, branch);
    }

    private static String revision(String branch, String target) {
        String words = target.substring(target.indexOf('=') + 1);
        return branch + "@{" + (target.contains("_xid") ? "xid:" : "") + words + "}";
    }

    private static void errors(TestWorkspace neon, String branch) {
        Lsn end = neon.resolve(branch).lsn();
        assertEquals(end, neon.resolve(branch + "@{now}").lsn());
        assertEquals(end, neon.resolve(branch + "@{2101-01-01}").lsn());
        assertThrows(InvalidInputException.class, () -> neon.resolve(branch + "@{2001-01-01}"));
        assertThrows(InvalidInputException.class, () -> neon.resolve(branch + "@{999999 years ago}"));
        assertThrows(InvalidInputException.class, () -> neon.resolve(branch + "@{xid:2}"));
        NotFoundException unknown = assertThrows(NotFoundException.class,
                () -> neon.resolve(branch + "@{xid:4000000}"));
        assertTrue(unknown.getMessage().endsWith("does not exist"), unknown.getMessage());
        NotFoundException near = assertThrows(NotFoundException.class, () -> neon.resolve(branch + "@{piont 100}"));
        assertTrue(near.hint().orElse("").contains("Did you mean 'point"), near.hint().toString());
    }
}
