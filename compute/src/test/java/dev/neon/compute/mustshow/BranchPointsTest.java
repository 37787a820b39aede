package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches at random record boundaries of a busy server's WAL: each one starts, and is sound. */
class BranchPointsTest {
    private static final int REBUILD_EVERY = 4;

    @TempDir
    Path directory;

    @Test
    void branchesAtSomePointsOfPgbench() throws Exception {
        assumeTrue(TestPostgres.debian15().isPresent(), "pgbench and pg_amcheck are not installed");
        points(TestPostgres.debian15().orElseThrow(), 4, 200, 4);
    }

    @Test
    @Tag("nightly")
    void branchesAtManyPointsOfPgbench() throws Exception {
        assumeTrue(TestPostgres.debian15().isPresent(), "pgbench and pg_amcheck are not installed");
        points(TestPostgres.debian15().orElseThrow(), 30, 6000, 200);
    }

    @ParameterizedTest
    @ValueSource(ints = 14)
    void branchesAtAPoint(int major) throws Exception {
        points(TestPostgres.major(major), 3, 100, 1);
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    @Tag("nightly")
    void branchesAtManyPoints(int major) throws Exception {
        points(TestPostgres.major(major), 24, 1500, 25);
    }

    private void points(PostgresBinaries postgres, int rounds, int transactions, int count) throws Exception {
        long seed = System.nanoTime();
        System.out.println("BranchPointsTest on " + postgres.version() + ", seed " + seed);
        try (TestWorkspace neon = TestWorkspace.init(directory, postgres)) {
            Lsn from = load(neon, postgres, rounds, transactions, seed);
            Points points = Points.after(neon, "main", from);
            List<Lsn> chosen = points.choose(count, new Random(seed));
            for (int i = 0; i < chosen.size(); i++) {
                check(neon, postgres, chosen.get(i), i % REBUILD_EVERY == 0);
            }
            System.out.println("BranchPointsTest on " + postgres.version() + ": " + chosen.size() + " of "
                    + points.count() + " record boundaries, " + (neon.resolve("main").lsn().minus(from) >> 20)
                    + " MB of WAL");
        }
    }

    /** Runs the workload with a snapshot in its middle, and stops the server. */
    private static Lsn load(TestWorkspace neon, PostgresBinaries postgres, int rounds, int transactions, long seed)
            throws Exception {
        Instance server = neon.start("main", DdlLoad.SETTINGS.toArray(String[]::new));
        BankLoad bank = BankLoad.on(server, postgres, seed);
        Lsn from;
        try (DdlLoad ddl = new DdlLoad(server)) {
            ddl.create(server);
            from = neon.resolve("main").lsn();
            bank.create();
            Background running = Background.start(() -> bank.run(2, transactions));
            for (int round = 1; round <= rounds; round++) {
                ddl.round(round);
                if (round == rounds / 2) {
                    neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
                }
            }
            running.join();
        }
        neon.stop("main");
        return from;
    }

    private static void check(TestWorkspace neon, PostgresBinaries postgres, Lsn point, boolean rebuild)
            throws Exception {
        String what = "main@" + point;
        TimelineId timeline = neon.branch("at", what);
        assertEquals(point, neon.resolve("at").lsn(), what);
        new PointCheck(start(neon), postgres, what).all();
        if (rebuild) {
            List<String> written = neon.query("at", "SELECT id FROM serials ORDER BY id");
            ServerKill.all(neon, "at");
            neon.deleteDataDirectory("at");
            Instance server = start(neon);
            assertEquals(written, neon.query("at", "SELECT id FROM serials ORDER BY id"), what + " rebuilt");
            new PointCheck(server, postgres, what + " rebuilt").all();
        }
        neon.workspace().instances().stop(timeline, ServerSignal.IMMEDIATE, TestWorkspace.STOP);
        neon.deleteDataDirectory("at");
        neon.workspace().branches().delete("at", true);
        neon.workspace().repository().timelines().remove(timeline);
    }

    private static Instance start(TestWorkspace neon) {
        return neon.start("at", DdlLoad.SETTINGS.toArray(String[]::new));
    }
}
