package dev.neon.cli.command.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transcripts of the working day on real PostgreSQL, with the messages that people see. */
class WorkingDayTest {
    private static final String LSN = "[0-9A-F]+/[0-9A-F]+";
    private static final String SIZE = "[0-9.]+ k?B";

    @TempDir
    Path directory;

    private CommandLine neon;

    @BeforeEach
    void aRepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT generate_series(1, 3) a");
        neon.ok("stop", "main");
    }

    @AfterEach
    void isSound() {
        try {
            neon.ok("stop", "--all");
            neon.ok("fsck", "--full");
        } finally {
            neon.close();
        }
    }

    @Test
    void checkoutWorkAndCommit() {
        says(neon.run("checkout", "main"), "", "Switched to a temporary timeline of main at " + LSN + "\n");
        neon.ok("start");
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (4)");
        Sql.run(neon, "HEAD", "CREATE TABLE orders (id int)");
        assertEquals("t", Sql.query(neon, "HEAD", "SELECT to_regclass('orders') IS NOT NULL"));
        assertTrue(neon.ok("status").startsWith("On a temporary timeline of main, 2 transactions, "), neon.ok("status"));
        assertTrue(neon.ok("status").lines().findFirst().orElse("").matches(".* ahead; main has not moved"));
        String before = neon.ok("rev-parse", "--lsn", "main");
        says(neon.run("commit", "-m", "add orders", "-m", "and a row"), "\\[main " + LSN + "\\] add orders\n 2 transactions, " + SIZE
                + "\n", "");
        assertFalse(before.equals(neon.ok("rev-parse", "--lsn", "main")));
        String committed = neon.ok("rev-parse", "--lsn", "main");
        assertTrue(neon.ok("log", "--oneline", "-n", "1").matches(LSN + " \\(HEAD, main\\) committed to main: add orders"),
                neon.ok("log", "--oneline", "-n", "1"));
        Result full = neon.run("log", "-n", "1");
        assertTrue(full.out().contains("Author:   tester@") && full.out().contains("    and a row"), full.out());

        // The server goes on, and what it writes later is not committed.
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (5)");
        assertEquals(committed, neon.ok("rev-parse", "--lsn", "main"));
        assertTrue(neon.ok("status").contains("1 transaction, "), neon.ok("status"));
        neon.ok("start", "-p", ownPort(), "main");
        assertEquals("4", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        assertEquals("5", Sql.query(neon, "HEAD", "SELECT count(*) FROM t"));

        String busy = refused(ExitCode.BUSY, "commit", "-m", "again");
        assertTrue(busy.contains("a server is running on branch 'main' itself"), busy);
        Result taken = neon.run("commit", "--restart", "-m", "again");
        assertEquals(0, taken.code(), taken.err());
        assertEquals("5", Sql.query(neon, "main", "SELECT count(*) FROM t"), "the server on main is where main is");
        assertTrue(refused(ExitCode.CONFLICT, "commit", "-m", "more").contains("nothing to commit"));
        neon.ok("commit", "--restart", "--allow-empty", "-m", "more");
    }

    /** The statistics that autovacuum writes, in transactions of its own, are nothing to commit. */
    @Test
    void statisticsAreNoWork() {
        neon.ok("checkout", "main");
        neon.ok("start");
        Sql.run(neon, "HEAD", "ANALYZE");
        Sql.run(neon, "HEAD", "VACUUM t");
        Sql.run(neon, "HEAD", "CHECKPOINT");
        assertTrue(neon.ok("status").startsWith("On a temporary timeline of main, nothing to commit"), neon.ok("status"));
        Sql.run(neon, "HEAD", "BEGIN; DELETE FROM t; ROLLBACK");
        assertTrue(neon.ok("status").startsWith("On a temporary timeline of main, nothing to commit"), neon.ok("status"));
        Sql.run(neon, "HEAD", "ALTER TABLE t SET (fillfactor = 90)");
        assertTrue(neon.ok("status").startsWith("On a temporary timeline of main, 1 transaction"), neon.ok("status"));
    }

    @Test
    void aBranchThatHasMoved() {
        neon.ok("checkout", "main");
        neon.ok("start");
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (4)");
        neon.ok("start", "main");
        Sql.run(neon, "main", "INSERT INTO t VALUES (40)");
        Sql.run(neon, "main", "INSERT INTO t VALUES (41)");
        neon.ok("stop", "main");
        String refused = refused(ExitCode.CONFLICT, "commit", "-m", "mine");
        assertTrue(refused.matches("(?s)error: branch 'main' has moved since it was checked out at " + LSN
                + ": 2 transactions there, 1 here\nhint: .*"), refused);
        assertTrue(neon.ok("status").contains("; main has moved by 2 transactions, "), neon.ok("status"));
        says(neon.run("checkout", "-b", "mine"), "", "Switched to a temporary timeline of mine at " + LSN + "\n");
        assertTrue(neon.ok("commit", "-m", "mine").startsWith("[mine "));
        assertEquals("4", Sql.query(neon, "HEAD", "SELECT max(a) FROM t"), "the server was left alone");
        neon.ok("start", "mine");
        assertEquals("4", Sql.query(neon, "mine", "SELECT max(a) FROM t"));
    }

    @Test
    void backInTimeAndAway() {
        String past = neon.ok("rev-parse", "--lsn", "main");
        neon.ok("start", "main");
        Sql.run(neon, "main", "INSERT INTO t VALUES (4)");
        neon.ok("stop", "main");
        says(neon.run("checkout", "-b", "try", "main@" + past), "", "Switched to a temporary timeline of try at " + past + "\n");
        neon.ok("start", "-p", ownPort());
        assertEquals("3", Sql.query(neon, "HEAD", "SELECT count(*) FROM t"));
        Sql.run(neon, "HEAD", "DROP TABLE t");
        assertTrue(refused(ExitCode.CONFLICT, "checkout", "main").contains("is not committed"));
        assertTrue(refused(ExitCode.BUSY, "checkout", "--discard").contains("a server is running on the temporary timeline of try"));
        String port = neon.ok("connection-string");
        neon.ok("checkout", "--discard", "--restart");
        assertEquals(port, neon.ok("connection-string"), "the same address");
        assertEquals("3", Sql.query(neon, "HEAD", "SELECT count(*) FROM t"));

        Sql.run(neon, "HEAD", "UPDATE t SET a = 0");
        says(neon.run("stash", "--restart", "-m", "all zero"), "postgresql://.*\n", "(?s)Put aside as stash@\\{0\\}: on try: all zero\n"
                + "Switched to a temporary timeline of try at .*");
        assertEquals("6", Sql.query(neon, "HEAD", "SELECT sum(a) FROM t"));
        assertEquals("stash@{0}: on try: all zero", neon.ok("stash", "list"));
        neon.ok("stop");
        neon.ok("branch", "look", "stash@{0}");
        neon.ok("start", "look");
        assertEquals("0", Sql.query(neon, "look", "SELECT sum(a) FROM t"));
        neon.ok("stop", "look");
        says(neon.run("stash", "pop"), "", "Switched to a temporary timeline of try at " + LSN + "\n");
        assertEquals("", neon.ok("stash", "list"));
        neon.ok("start", "-p", ownPort());
        port = neon.ok("connection-string");
        assertEquals("0", Sql.query(neon, "HEAD", "SELECT sum(a) FROM t"));
        neon.ok("commit", "-m", "zero");

        says(neon.run("switch", "--restart", "main"), "postgresql://.*\n", "Switched to branch main at " + LSN + "\nStarting .*\n");
        assertEquals(port, neon.ok("connection-string", "main"), "the server came along");
        assertEquals("4", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        assertTrue(refused(ExitCode.CONFLICT, "commit", "-m", "x").contains("HEAD is on branch 'main' itself"));
        says(neon.run("switch", "main"), "", "Already on branch main\n");
        says(neon.run("checkout", "-"), "", "(?s)Switched to a temporary timeline of try at .*A server goes on .*");
        says(neon.run("switch", "-"), "", "Switched to branch main at " + LSN + "\n");
    }

    @Test
    void resetUndoAndRedo() {
        String past = neon.ok("rev-parse", "--lsn", "main");
        neon.ok("start", "-p", ownPort(), "main");
        Sql.run(neon, "main", "DELETE FROM t");
        assertTrue(refused(ExitCode.BUSY, "reset", "main@" + past).contains("a server is running on branch 'main'"));
        String port = neon.ok("connection-string", "main");
        says(neon.run("reset", "--restart", "--preserve-under-name", "empty", "main@" + past), "postgresql://.*\n",
                "(?s)Branch main is now at " + past + "; what it was is the branch empty\nStarting postgres on branch main .*");
        assertEquals(port, neon.ok("connection-string", "main"));
        assertEquals("3", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        neon.ok("start", "empty");
        assertEquals("0", Sql.query(neon, "empty", "SELECT count(*) FROM t"));
        neon.ok("stop", "--all");

        says(neon.run("undo"), "", "(?s)Took back operation [0-9a-f]{8}: reset: moving to main@" + past + "\n.*");
        refused(ExitCode.NOT_FOUND, "rev-parse", "empty");
        neon.ok("start", "main");
        assertEquals("0", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        neon.ok("stop", "main");
        neon.ok("redo");
        neon.ok("start", "main");
        assertEquals("3", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        neon.ok("stop", "main");
        assertTrue(neon.ok("reflog", "main").lines().findFirst().orElse("").matches("[0-9a-f]{32} main@\\{0\\}: redo .*"),
                neon.ok("reflog", "main"));

        neon.ok("tag", "v1");
        neon.ok("tag", "-d", "v1");
        neon.ok("branch", "-D", "empty");
        neon.ok("undo");
        neon.ok("undo");
        neon.ok("rev-parse", "v1");
        neon.ok("rev-parse", "empty");
        String log = neon.ok("op", "log");
        String first = log.lines().filter(line -> line.contains("reset: moving")).reduce((newer, older) -> older).orElseThrow()
                .substring(0, 8);
        neon.ok("op", "restore", first);
        refused(ExitCode.NOT_FOUND, "rev-parse", "v1");
        assertTrue(neon.ok("op", "show").contains("op restore " + first), neon.ok("op", "show"));
        assertTrue(refused(ExitCode.NOT_FOUND, "op", "show", "zzzz").contains("there is no operation 'zzzz'"));
    }

    /** {@code main~1} is the commit before, whatever servers write beside. */
    @Test
    void theCommitBefore() {
        assertTrue(refused(ExitCode.NOT_FOUND, "rev-parse", "main~1").contains("there are no commits before"));
        neon.ok("checkout", "main");
        neon.ok("start");
        for (int a = 4; a <= 6; a++) {
            Sql.run(neon, "HEAD", "INSERT INTO t VALUES (" + a + ")");
            neon.ok("commit", "-m", "row " + a);
        }
        String second = neon.ok("rev-parse", "main~1");
        assertEquals(second, neon.ok("rev-parse", "HEAD~1"));
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (7)");
        assertEquals(neon.ok("rev-parse", "--lsn", "main"), neon.ok("rev-parse", "--lsn", "HEAD~1"), "the last commit");
        assertEquals(second, neon.ok("rev-parse", "HEAD~2"));
        neon.ok("start", "-p", ownPort(), "main");
        assertEquals(second, neon.ok("rev-parse", "main~1"), "a server that does nothing is no commit");
        neon.ok("stop", "--all");
        neon.ok("reset", "--discard", "main~1");
        neon.ok("start");
        assertEquals("5", Sql.query(neon, "HEAD", "SELECT max(a) FROM t"));
        assertEquals("4", Sql.query(neon, "HEAD", "SELECT count(*) FROM t WHERE a < 5"));
        neon.ok("diff", "--exit-code", "HEAD", "main");
    }

    /** HEAD stays where it was, with the work; it is not committed any more. */
    @Test
    void whatWasTakenBackIsNoCommit() {
        neon.ok("checkout", "main");
        neon.ok("start", "-p", ownPort());
        for (int a = 4; a <= 5; a++) {
            Sql.run(neon, "HEAD", "INSERT INTO t VALUES (" + a + ")");
            neon.ok("commit", "-m", "row " + a);
        }
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (6)");
        String second = neon.ok("rev-parse", "HEAD~1");
        String first = neon.ok("rev-parse", "HEAD~2");
        assertTrue(neon.ok("log", "HEAD").contains("row 5"));
        String commit = neon.ok("op", "log").lines().filter(line -> line.contains("commit: row 4")).findFirst().orElseThrow().substring(0, 8);
        for (String[] back : List.of(new String[] {"undo"}, new String[] {"op", "restore", commit})) {
            neon.ok(back);
            assertEquals(first, neon.ok("rev-parse", "HEAD~1"));
            assertFalse(neon.ok("log", "HEAD").contains("row 5"));
            assertTrue(neon.ok("log", "HEAD").contains("row 4"));
            neon.ok(back.length == 1 ? "redo" : "undo");
            assertEquals(second, neon.ok("rev-parse", "HEAD~1"));
            assertEquals(first, neon.ok("rev-parse", "HEAD~2"));
            assertTrue(neon.ok("log", "HEAD").contains("row 5"));
        }
        neon.ok("undo");
        neon.ok("commit", "-m", "rows 5 and 6");
        assertEquals(first, neon.ok("rev-parse", "main~1"));
        neon.ok("gc");
        assertEquals(first, neon.ok("rev-parse", "main~1"));
    }

    /** What an undo leaves is told, with the way back. */
    @Test
    void anUndoSaysWhatItLeaves() {
        neon.ok("checkout", "main");
        neon.ok("start", "-p", ownPort());
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (4)");
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (5)");
        says(neon.run("undo", "--restart"), "postgresql://.*\n", "(?s)Took back operation [0-9a-f]{8}: checkout: .*warning: 2 transactions, "
                + SIZE + " on the temporary timeline of main have no name now; 'neon redo' goes back\n.*");
        assertEquals("3", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        // main keeps its name, and so its server.
        says(neon.run("redo"), "", "Repeated operation [^\n]*\n( [^\n]*\n)+");
        neon.ok("start", "-p", ownPort());
        assertEquals("5", Sql.query(neon, "HEAD", "SELECT count(*) FROM t"));
        neon.ok("stop", "HEAD");
        neon.ok("undo");
        // Told to, the server on main follows HEAD, as with a checkout.
        String port = neon.ok("connection-string", "main");
        says(neon.run("redo", "--restart"), "postgresql://.*\n", "(?s)Repeated operation .*");
        assertEquals(port, neon.ok("connection-string"), "the same address");
        assertEquals("5", Sql.query(neon, "HEAD", "SELECT count(*) FROM t"));
        assertTrue(neon.run("connection-string", "main").code() != 0, "main has a server still");
    }

    /** One server that does not come back keeps no other from it; and one that nobody thinks of is told. */
    @Test
    void serversThatAreTakenAlong() throws IOException {
        String past = neon.ok("rev-parse", "--lsn", "main");
        neon.ok("start", "-p", ownPort(), "main");
        Sql.run(neon, "main", "INSERT INTO t VALUES (4)");
        String port = neon.ok("connection-string", "main");
        neon.ok("checkout", "main");
        neon.ok("start");
        Path binaries = binaries();
        neon.ok("stop");
        neon.ok("start", "-p", ownPort(), "--pg-bin", binaries.toString());
        Files.delete(binaries);
        Result reset = neon.run("reset", "--restart", "main@" + past);
        assertTrue(reset.code() != 0 && reset.err().contains("error: "), reset.err());
        assertEquals(port, neon.ok("connection-string", "main"), "the other was started: " + reset.err());
        assertEquals("3", Sql.query(neon, "main", "SELECT count(*) FROM t"));

        neon.ok("start", "-p", ownPort());
        Result left = neon.run("switch", "main");
        assertTrue(left.err().contains("A server goes on where HEAD was"), left.err());
        String told = neon.ok("status").lines().filter(line -> line.contains("on a timeline without a name")).findFirst().orElse("");
        assertTrue(told.matches("Server running on port \\d+ \\(pid \\d+\\) on a timeline without a name; 'neon stop [0-9a-f]{32}' ends it"),
                neon.ok("status"));
        assertTrue(neon.ok("ps").contains(told.replaceAll(".*neon stop ([0-9a-f]+).*", "$1")), neon.ok("ps"));
        neon.ok("stop", told.replaceAll(".*neon stop ([0-9a-f]+).*", "$1"));
        assertFalse(neon.ok("status").contains("without a name"));
    }

    /** Another way to where HEAD's server has its programs from. */
    private Path binaries() throws IOException {
        String pid = neon.ok("ps", "--porcelain").lines().filter(line -> line.startsWith("HEAD\t")).findFirst().orElseThrow().split("\t")[2];
        Path program = Files.readSymbolicLink(Path.of("/proc", pid, "exe"));
        return Files.createSymbolicLink(directory.resolve("bin"), program.getParent());
    }

    /** A temporary timeline becomes a branch under its running server. */
    @Test
    void aBranchOfWhatWasDone() {
        neon.ok("checkout", "main");
        neon.ok("start");
        Sql.run(neon, "HEAD", "INSERT INTO t VALUES (4)");
        String port = neon.ok("connection-string");
        says(neon.run("switch", "-c", "four"), "", "Switched to branch four at " + LSN + "\n");
        assertEquals(port, neon.ok("connection-string", "four"));
        assertEquals("4", Sql.query(neon, "four", "SELECT count(*) FROM t"));
        assertTrue(refused(ExitCode.CONFLICT, "branch", "-d", "four").contains("HEAD is on it"));
        assertTrue(refused(ExitCode.ALREADY_EXISTS, "switch", "-c", "four").contains("already exists"));
        assertTrue(refused(ExitCode.NOT_FOUND, "checkout", "fuor").contains("Did you mean"), "a hint with the near name");
        assertTrue(refused(ExitCode.NOT_FOUND, "stash", "pop").contains("nothing is stashed"));
        assertTrue(refused(ExitCode.USAGE, "commit").contains("a commit needs a message"));
    }

    /** One that no other test's server takes while this one's is restarted. */
    private static String ownPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Servers go on writing, so files may change beside it. */
    private String refused(ExitCode expected, String... words) {
        Result result = neon.run(words);
        CommandLine.requireMessage(expected, result, words);
        return result.err();
    }

    private static void says(Result result, String out, String err) {
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().matches(out), () -> "output is '" + result.out() + "', not " + out);
        assertTrue(result.err().matches(err), () -> "messages are '" + result.err() + "', not " + err);
    }
}
