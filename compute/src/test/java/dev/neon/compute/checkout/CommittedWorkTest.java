package dev.neon.compute.checkout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.CommittedWork;
import dev.neon.ancestry.Tip;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as done, over many segments: what the index says of those between is what reading them says. */
class CommittedWorkTest {
    @TempDir
    Path directory;

    /** Where some transactions end, and how many had done something up to there. */
    private record Mark(Lsn lsn, long done) {}

    /** One that only took an id has done nothing; one that had done something before is missed though it does no more. */
    @Test
    void anIdIsNoWork() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, TestPostgres.major(18))) {
            test.start("main", "autovacuum=off");
            test.execute("main", "CREATE TABLE t (a int)");
            Lsn begin = test.resolve("main").lsn();
            try (Connection early = test.connect("main"); Connection mixed = test.connect("main"); Statement first = early.createStatement();
                    Statement second = mixed.createStatement()) {
                early.setAutoCommit(false);
                mixed.setAutoCommit(false);
                first.execute("INSERT INTO t VALUES (1)");
                second.execute("INSERT INTO t VALUES (2)");
                test.execute("main", "SELECT pg_switch_wal()", "INSERT INTO t VALUES (3)");
                test.branch("side", "main");
                Lsn fork = test.resolve("side").lsn();
                test.execute("main", "BEGIN; SELECT pg_current_xact_id(); COMMIT", "SELECT pg_current_xact_id()");
                Lsn ids = test.resolve("main").lsn();
                assertEquals(0, work(test, "main", fork, ids), "only ids");
                assertFalse(CommittedWork.isThereAny(test.workspace().wal().source(test.timeline("main")), fork, ids));
                early.commit();
                Lsn committed = test.resolve("main").lsn();
                assertEquals(1, work(test, "main", ids, committed), "its row was there before");
                // Nothing that counts, and yet a record of it.
                second.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
                mixed.commit();
                Lsn end = test.resolve("main").lsn();
                assertEquals(1, work(test, "main", committed, end), "its row was there before its lock");
                assertEquals(2, work(test, "main", fork, end));
                assertEquals(3, work(test, "main", begin, end));
                test.start("side");
                test.execute("side", "SELECT pg_current_xact_id()", "CHECKPOINT");
                assertEquals(0, work(test, "side", fork, test.resolve("side").lsn()), "the ids on a branch begin anew");
                test.execute("side", "INSERT INTO t VALUES (4)");
                assertEquals(1, work(test, "side", fork, test.resolve("side").lsn()));
            }
        }
    }

    private static long work(TestWorkspace test, String branch, Lsn from, Lsn to) {
        return CommittedWork.between(test.workspace().wal().source(test.timeline(branch)), from, to).transactions();
    }

    @Test
    void manySegments() throws Exception {
        long seed = System.nanoTime();
        System.out.println("CommittedWorkTest: seed " + seed);
        Random random = new Random(seed);
        try (TestWorkspace test = TestWorkspace.init(directory, TestPostgres.major(18))) {
            // Autovacuum's statistics would count in the segments that are not read.
            test.start("main", "autovacuum=off", "max_prepared_transactions=5");
            test.execute("main", "CREATE TABLE t (a int, b text)");
            TimelineId main = test.timeline("main");
            List<Mark> marks = new ArrayList<>();
            long done = 0;
            marks.add(new Mark(test.resolve("main").lsn(), done));
            for (int i = 0; i < 24; i++) {
                String rows = "INSERT INTO t SELECT g, repeat('x', 400) FROM generate_series(1, " + (1 + random.nextInt(24_000)) + ") g";
                switch (random.nextInt(5)) {
                    case 0 -> test.execute("main", "BEGIN; " + rows + "; ROLLBACK", "CHECKPOINT");
                    case 1 -> {
                        test.execute("main", "BEGIN; SAVEPOINT s; " + rows + "; RELEASE s; SAVEPOINT r; DELETE FROM t; ROLLBACK TO r; COMMIT");
                        done++;
                    }
                    case 2 -> {
                        test.execute("main", "BEGIN; " + rows + "; PREPARE TRANSACTION 'p'", "COMMIT PREPARED 'p'");
                        done++;
                    }
                    default -> {
                        test.execute("main", rows);
                        done++;
                    }
                }
                marks.add(new Mark(test.resolve("main").lsn(), done));
            }
            test.stop("main");
            Ancestry ancestry = new Ancestry(test.workspace().repository(), test.workspace().wal());
            assertTrue(marks.getLast().lsn().minus(marks.getFirst().lsn()) > 6 * 16L << 20, "several segments");
            for (int i = 0; i < 60; i++) {
                Mark from = i == 0 ? marks.getFirst() : marks.get(random.nextInt(marks.size()));
                Mark to = i == 0 ? marks.getLast() : marks.get(random.nextInt(marks.size()));
                if (!to.lsn().isBefore(from.lsn())) {
                    CommittedWork work = ancestry.workSince(new Tip(main, to.lsn()), new Tip(main, from.lsn()));
                    assertEquals(to.done() - from.done(), work.transactions(), from + " to " + to + ", seed " + seed);
                    assertEquals(work.transactions(), CommittedWork.between(test.workspace().wal().source(main), from.lsn(), to.lsn())
                            .transactions(), "read, seed " + seed);
                }
            }
        }
    }
}
