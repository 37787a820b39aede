package dev.neon.compute.checkout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.CommittedWork;
import dev.neon.ancestry.Tip;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
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
