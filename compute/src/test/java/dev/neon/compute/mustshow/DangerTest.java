package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to lose acknowledged commits that docs/running-a-branch.md names, each tried. */
class DangerTest {
    private static final int MAJOR = 18;

    @TempDir
    Path directory;

    private TestWorkspace neon;
    private Path data;

    @BeforeEach
    void start() throws SQLException {
        neon = TestWorkspace.init(directory, MAJOR);
        data = neon.workspace().repository().dataDirectory(neon.timeline("main"));
        neon.start("main");
        neon.execute("main", "CREATE TABLE t (id int)", "INSERT INTO t SELECT generate_series(1, 100)");
    }

    @AfterEach
    void end() {
        neon.close();
    }

    @Test
    void anOlderCopyOfADataDirectoryThatWasStoppedRecovers() throws Exception {
        neon.stop("main");
        Path copy = directory.resolve("copy");
        copy(data, copy);
        for (int rows = 200; rows <= 400; rows += 100) {
            neon.start("main");
            neon.execute("main", "INSERT INTO t SELECT generate_series(1, 100)", "SELECT pg_switch_wal()");
            if (rows == 200) {
                neon.stop("main");
            } else {
                ServerKill.all(neon, "main");
            }
            neon.deleteDataDirectory("main");
            copy(copy, data);
            neon.start("main");
            requireRows(rows);
            neon.stop("main");
        }
    }

    @Test
    void anOlderCopyOfADataDirectoryThatRanRecovers() throws Exception {
        ServerKill.all(neon, "main");
        Path copy = directory.resolve("copy");
        copy(data, copy);
        neon.start("main");
        neon.execute("main", "INSERT INTO t SELECT generate_series(1, 100)", "CHECKPOINT", "SELECT pg_switch_wal()",
                "INSERT INTO t SELECT generate_series(1, 100)");
        neon.stop("main");
        neon.deleteDataDirectory("main");
        copy(copy, data);
        neon.start("main");
        requireRows(300);
    }

    @Test
    void aDataDirectoryDeletedUnderARunningServerIsMadeAgain() throws Exception {
        try (Connection connection = neon.connect("main")) {
            // Its session holds the files open from now on, and so can go on without them.
            Ledger.strings(connection, "INSERT INTO t SELECT generate_series(101, 200)");
            neon.deleteDataDirectory("main");
            Ledger.strings(connection, "INSERT INTO t SELECT generate_series(1, 20)");
            neon.start("main");
        }
        assertEquals(1, postmasters().size(), "postmasters on one timeline");
        requireRows(220);
    }

    @Test
    void aDataDirectoryReplacedUnderARunningServerHasOneServerOnly() throws Exception {
        neon.stop("main");
        copy(data, directory.resolve("copy"));
        neon.start("main");
        neon.execute("main", "INSERT INTO t SELECT generate_series(1, 100)");
        neon.deleteDataDirectory("main");
        copy(directory.resolve("copy"), data);
        neon.start("main");
        assertEquals(1, postmasters().size(), "postmasters on one timeline");
        requireRows(200);
    }

    @Test
    void aServerThatNothingNamesIsEndedBeforeAnotherStarts() throws Exception {
        List<Long> before = postmasters();
        TimelineId timeline = neon.timeline("main");
        Files.delete(neon.workspace().repository().runDirectory().resolve(timeline + ".instance"));
        neon.deleteDataDirectory("main");
        neon.start("main");
        assertEquals(1, postmasters().size(), "postmasters on one timeline");
        assertFalse(Host.current().isAlive(before.getFirst()), "the first server runs");
        requireRows(100);
    }

    @Test
    void aBackendThatOutlivesItsPostmasterIsEndedFirst() throws Exception {
        Connection connection = neon.connect("main");
        long backend = Ledger.number(connection, "SELECT pg_backend_pid()");
        Background loop = Background.start(() -> {
            try (connection) {
                Ledger.strings(connection, "DO $$ BEGIN FOR i IN 101..2000000000 LOOP INSERT INTO t VALUES (i); COMMIT;"
                        + " END LOOP; END $$");
            } catch (SQLException ended) {
                // As was meant.
            }
        });
        Host.current().signal(postmasters().getFirst(), Host.Signal.KILL);
        Thread.sleep(200);
        assertTrue(Host.current().isAlive(backend), "the backend writes on without a postmaster");
        neon.start("main");
        assertFalse(Host.current().isAlive(backend), "the backend runs beside the new server");
        loop.join();
        long rows = Long.parseLong(neon.query("main", "SELECT count(*) FROM t").getFirst());
        assertEquals(List.of("" + rows), neon.query("main", "SELECT max(id) FROM t"), "a gap");
        Thread.sleep(100);
        requireRows(rows);
    }

    @Test
    void aKilledServerComesBackOnItsPort() throws Exception {
        int port = neon.workspace().instances().require(neon.timeline("main"), "main").port();
        for (int i = 0; i < 3; i++) {
            ServerKill.all(neon, "main");
            assertEquals(port, neon.start("main").port(), "port");
            requireRows(100);
        }
    }

    @Test
    void anEmptyPidFileIsNoObstacle() throws Exception {
        ServerKill.all(neon, "main");
        Files.write(data.resolve("postmaster.pid"), new byte[0]);
        neon.start("main");
        requireRows(100);
    }

    @Test
    void aStalePidFileWhosePidSomebodyElseHasIsNoObstacle() throws Exception {
        neon.branch("other", "main");
        long otherServer = neon.start("other").pid();
        Process anyone = new ProcessBuilder("sleep", "600").start();
        try {
            for (long pid : new long[] {otherServer, anyone.pid(), 1}) {
                Path file = data.resolve("postmaster.pid");
                List<String> lines = new ArrayList<>(Files.readAllLines(file));
                ServerKill.all(neon, "main");
                lines.set(0, "" + pid);
                Files.write(file, lines);
                neon.start("main");
                requireRows(100);
            }
            assertEquals(List.of("100"), neon.query("other", "SELECT count(*) FROM t"), "the other server");
            assertTrue(anyone.isAlive(), "a process that has nothing to do with it");
        } finally {
            anyone.destroyForcibly().waitFor();
        }
    }

    /** The processes in the data directory whose parents are not. */
    private List<Long> postmasters() {
        List<Long> all = Host.current().processesIn(data);
        // One that ends in the meantime, as the backend of the last look at the server may, has no parent any more.
        return all.stream().filter(pid -> ProcessHandle.of(pid).flatMap(ProcessHandle::parent)
                .filter(parent -> all.contains(parent.pid())).isEmpty()).filter(Host.current()::isAlive).toList();
    }

    private void requireRows(long expected) throws SQLException {
        assertEquals(List.of("" + expected), neon.query("main", "SELECT count(*) FROM t"));
    }

    private static void copy(Path from, Path to) {
        ProgramRun.of(List.of("cp", "-a", from.toString(), to.toString()), Duration.ofMinutes(1))
                .orThrow("cp has failed.");
    }
}
