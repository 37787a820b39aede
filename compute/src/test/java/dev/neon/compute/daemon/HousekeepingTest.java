package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done in the background, and how: a script stands for neon, whose own commands have their tests. */
class HousekeepingTest {
    private static final int BUSY = 7;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;

    @BeforeEach
    void repository() {
        neon = TestWorkspace.init(directory, 18);
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private Workspace workspace() {
        Workspace first = neon.workspace();
        return new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres());
    }

    private Housekeeping start(String script) throws Exception {
        Path file = Files.writeString(directory.resolve("neon.sh"), script);
        return Housekeeping.start(new NeonProgram("test", List.of("sh", file.toString()), Optional.empty(), BUSY), this::workspace, log::add, LOOK);
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, log::toString);
            Thread.sleep(20);
        }
    }

    private static Chore.Report of(Housekeeping housekeeping, Chore.Kind kind) {
        return housekeeping.reports().stream().filter(report -> report.kind() == kind).findFirst().orElseThrow();
    }

    @Test
    void aChildGivesWayAndItsAnswerIsRead() throws Exception {
        try (Housekeeping housekeeping = start("""
                nice >&2
                echo "$@" >&2
                echo '{ "bytes" : 5000, "freed" : 3, "removed" : [ { "bytes" : 9, "path" : "x" } ] }'
                """)) {
            assertTrue(housekeeping.ask(Job.collection()));
            await(() -> of(housekeeping, Chore.Kind.GC).runs() == 1);
            assertTrue(log.contains("gc: 19"), log::toString);
            assertTrue(log.contains("gc: gc --json"), log::toString);
            Chore.Report report = of(housekeeping, Chore.Kind.GC);
            assertEquals(5000, report.reclaimed());
            assertEquals(Optional.of("gc: removed 5000 bytes, of which 3 are free"), report.last());
            assertEquals(Optional.empty(), report.failure());
            assertEquals(Optional.empty(), report.running());
        }
    }

    @Test
    void failuresAreToldUntilOneSucceeds() throws Exception {
        Path broken = Files.createFile(directory.resolve("broken"));
        try (Housekeeping housekeeping = start("[ -e '" + broken + "' ] || exit 0\necho 'error: the disk is full' >&2\nexit 10\n")) {
            housekeeping.ask(Job.snapshot("main"));
            await(() -> of(housekeeping, Chore.Kind.SNAPSHOT).failures() == 1);
            assertEquals(Optional.of("snapshot of main: the disk is full"), of(housekeeping, Chore.Kind.SNAPSHOT).failure());
            assertTrue(log.contains("error: snapshot of main failed: the disk is full"), log::toString);
            Files.delete(broken);
            housekeeping.ask(Job.snapshot("main"));
            await(() -> of(housekeeping, Chore.Kind.SNAPSHOT).runs() == 2);
            assertEquals(Optional.empty(), of(housekeeping, Chore.Kind.SNAPSHOT).failure());
            assertEquals(1, of(housekeeping, Chore.Kind.SNAPSHOT).failures());
        }
    }

    @Test
    void aWrongSettingIsToldOnceAndStopsNothingElse() throws Exception {
        workspace().repository().config().set("pageserver.gcInterval", "often");
        try (Housekeeping housekeeping = start("true\n")) {
            await(() -> log.stream().anyMatch(line -> line.startsWith("error: unable to look for work: invalid value 'often'")));
            Thread.sleep(10 * LOOK.toMillis());
            assertEquals(1, log.size(), log::toString);
            housekeeping.ask(Job.collection());
            await(() -> of(housekeeping, Chore.Kind.GC).runs() == 1);
        }
    }

    /** What no exception is planned for: a word that is null stands for it. */
    @Test
    void anInternalErrorEndsOneJobAndNoOther() throws Exception {
        try (Housekeeping housekeeping = start("true\n")) {
            housekeeping.ask(new Job(Chore.Kind.GC, "gc", Arrays.asList("gc", null)));
            await(() -> of(housekeeping, Chore.Kind.GC).failures() == 1);
            assertEquals(Optional.empty(), of(housekeeping, Chore.Kind.GC).running());
            await(() -> log.stream().anyMatch(line -> line.startsWith("error: gc failed: internal error: java.lang.NullPointerException")));
            housekeeping.ask(Job.snapshot("main"));
            await(() -> of(housekeeping, Chore.Kind.SNAPSHOT).runs() == 1);
        }
    }

    @Test
    void oneAtATimeAndTheSameOnce() throws Exception {
        Path runs = directory.resolve("runs");
        Path release = directory.resolve("release");
        try (Housekeeping housekeeping = start("echo begin >> '" + runs + "'\nuntil [ -e '" + release + "' ]; do sleep 0.05; done\necho end >> '"
                + runs + "'\n")) {
            housekeeping.ask(Job.collection());
            await(() -> of(housekeeping, Chore.Kind.GC).running().equals(Optional.of("gc")) && Files.exists(runs));
            for (int i = 0; i < 5; i++) {
                assertTrue(housekeeping.ask(Job.snapshot("main")));
            }
            Thread.sleep(200);
            assertEquals(List.of("begin"), Files.readAllLines(runs));
            Files.createFile(release);
            await(() -> of(housekeeping, Chore.Kind.SNAPSHOT).runs() == 1);
            assertEquals(List.of("begin", "end", "begin", "end"), Files.readAllLines(runs));
        }
    }

    @Test
    void theEndOfTheDaemonEndsAChildGracefully() throws Exception {
        Path file = directory.resolve("file");
        Housekeeping housekeeping = start("trap \"echo ended > '" + file + "'; exit 130\" TERM\necho $$ > '" + file
                + "'\nwhile :; do sleep 0.05; done\n");
        housekeeping.ask(Job.collection());
        await(() -> Files.exists(file) && !Files.readString(file).isBlank());
        long pid = Long.parseLong(Files.readString(file).strip());
        assertTrue(ProcessHandle.of(pid).isPresent());
        housekeeping.close();
        assertEquals("ended\n", Files.readString(file));
        await(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertFalse(housekeeping.ask(Job.collection()));
    }

    @Test
    void whatFailsIsPutOffLongerEachTime() {
        Chore chore = new Chore(Chore.Kind.SNAPSHOT);
        Job main = Job.snapshot("main");
        ChildRun.Result failed = new ChildRun.Result(Optional.of("no"), false, 0, "no", Duration.ZERO);
        ChildRun.Result busy = new ChildRun.Result(Optional.empty(), true, 0, "put off", Duration.ZERO);
        ChildRun.Result good = new ChildRun.Result(Optional.empty(), false, 0, "yes", Duration.ZERO);
        long minute = Duration.ofMinutes(1).toNanos();
        chore.ended(main, Instant.EPOCH, failed, 0);
        assertTrue(chore.isPaused(main, minute - 1));
        assertFalse(chore.isPaused(main, minute));
        assertFalse(chore.isPaused(Job.snapshot("other"), 0));
        chore.ended(main, Instant.EPOCH, failed, 0);
        assertTrue(chore.isPaused(main, 2 * minute - 1));
        for (int i = 0; i < 100; i++) {
            chore.ended(main, Instant.EPOCH, failed, 0);
        }
        assertTrue(chore.isPaused(main, 60 * minute - 1));
        assertFalse(chore.isPaused(main, 60 * minute));
        assertEquals(102, chore.report().failures());
        chore.ended(main, Instant.EPOCH, busy, 0);
        assertTrue(chore.isPaused(main, minute - 1));
        assertFalse(chore.isPaused(main, minute));
        assertEquals(Optional.of("snapshot of main: no"), chore.report().failure());
        chore.ended(main, Instant.EPOCH, good, 0);
        assertFalse(chore.isPaused(main, 0));
        assertEquals(Optional.empty(), chore.report().failure());
        assertEquals(102, chore.report().failures());
    }

    @Test
    void snapshotsWhereMuchWalHasCome() throws Exception {
        workspace().repository().config().set("snapshot.distance", "1MB");
        workspace().repository().config().set("pageserver.gcInterval", "never");
        neon.branch("heikki", "main");
        neon.start("main");
        DueJobs due = new DueJobs();
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        neon.execute("main", "CREATE TABLE t AS SELECT md5(g::text) FROM generate_series(1, 30000) g");
        assertEquals(Optional.of(Job.snapshot("main")), due.next(workspace(), _ -> true));
        assertEquals(Optional.empty(), due.next(workspace(), _ -> false));
        try (LockFile _ = workspace().snapshots().lock(Duration.ZERO)) {
            assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        }
        workspace().repository().config().set("gc.auto", "false");
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        workspace().repository().config().set("gc.auto", "true");
        workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
    }

    @Test
    void theBranchWithMostWalComesFirst() throws Exception {
        workspace().repository().config().set("snapshot.distance", "1MB");
        workspace().repository().config().set("pageserver.gcInterval", "never");
        neon.branch("heikki", "main");
        neon.branch("sally", "main");
        for (String branch : List.of("main", "heikki", "sally")) {
            neon.start(branch);
            neon.execute(branch, "CREATE TABLE t AS SELECT md5(g::text) FROM generate_series(1, " + (branch.equals("heikki") ? 90000 : 30000) + ") g");
        }
        DueJobs due = new DueJobs();
        assertEquals(Optional.of(Job.snapshot("heikki")), due.next(workspace(), _ -> true));
        assertNotEquals(Optional.of(Job.snapshot("heikki")), due.next(workspace(), job -> !job.equals(Job.snapshot("heikki"))));
        assertTrue(due.next(workspace(), job -> !job.equals(Job.snapshot("heikki"))).isPresent());
    }

    @Test
    void gcAtIntervalsAndExpiredBranches() throws Exception {
        workspace().repository().config().set("pageserver.gcInterval", "1s");
        DueJobs due = new DueJobs();
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        Thread.sleep(1100);
        try (LockFile _ = workspace().repository().lock("gc")) {
            assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        }
        assertEquals(Optional.of(Job.collectionIfDue()), due.next(workspace(), _ -> true));
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        workspace().repository().config().set("pageserver.gcInterval", "1h");
        neon.branch("short", "main");
        new BranchSettings(workspace().repository().config()).setExpires(RefName.branch("short"), Optional.of(Instant.now().minusSeconds(1)));
        neon.start("short");
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
        neon.stop("short");
        assertEquals(Optional.of(Job.expiry()), due.next(workspace(), _ -> true));
        // It is kept, since HEAD is on it for example.
        assertEquals(Optional.empty(), due.next(workspace(), _ -> true));
    }
}
