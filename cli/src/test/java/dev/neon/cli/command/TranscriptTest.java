package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The session that neon was made for, word for word, and the older spelling of it. */
class TranscriptTest {
    private static final String ID = "[0-9a-f]{32}";
    private static final String LSN = "[0-9A-F]+/[0-9A-F]+";
    private static final String URI = "postgresql://postgres@127\\.0\\.0\\.1:[0-9]+/postgres\n";

    @TempDir
    Path directory;

    @Test
    void theMainJob() {
        try (CommandLine neon = new CommandLine(directory)) {
            says(neon.run("init"), "created main branch\nnew neon repository was created in \\.neon\n", "");
            Result started = neon.run("start", "main");
            says(started, URI, "Starting postgres on branch main \\(timeline " + ID + "\\) \\.\\.\\. ready in "
                    + "[0-9]+\\.[0-9] s\n");
            assertEquals(started.out(), neon.run("connection-string", "main").out());
            says(neon.run("start", "main"), URI, ".* \\.\\.\\. already running\n");
            Sql.run(neon, "main", "CREATE TABLE t AS SELECT generate_series(1, 100) a");
            String past = neon.ok("rev-parse", "--lsn", "main");
            Sql.run(neon, "main", "INSERT INTO t VALUES (101)");

            says(neon.run("branch", "heikki", "main"), "branching at end of WAL: " + LSN + "\n", "");
            neon.ok("start", "heikki");
            Result servers = neon.run("ps");
            assertTrue(servers.out().matches("(?s)BRANCH +STATE +PID +PORT +UP +TIMELINE\nmain +running .*\nheikki +"
                    + "running .*\n"), servers.out());
            assertEquals("", servers.err());

            says(neon.run("tag", "before-migration", "main"), "tagged " + LSN + " as before-migration\n", "");
            Sql.run(neon, "main", "DROP TABLE t");
            says(neon.run("branch", "try", "before-migration"), "branching at " + LSN + "\n", "");
            says(neon.run("branch", "old", "main@" + past), "branching at " + past + "\n", "");

            says(neon.run("stop", "--all"), "", "stopped the server on main\nstopped the server on heikki\n");
            new DurableFiles(new NioFileSteps()).deleteTree(neon.repository().resolve("datadirs"));
            says(neon.run("start", "main"), URI, "Starting postgres on branch main .*ready in .* s\n");
            assertEquals("f", Sql.query(neon, "main", "SELECT to_regclass('t') IS NOT NULL"), "dropped on main");
            for (String branch : new String[] {"heikki", "try", "old"}) {
                neon.ok("start", branch);
                assertEquals(branch.equals("old") ? "100" : "101", Sql.query(neon, branch, "SELECT count(*) FROM t"));
            }
            Result last = neon.run("psql", "nope");
            CommandLine.requireMessage(ExitCode.NOT_FOUND, last, "psql", "nope");
        }
    }

    @Test
    void theOlderSpelling() {
        try (CommandLine neon = new CommandLine(directory)) {
            neon.ok("init");
            Result made = neon.run("pg", "create", "main");
            says(made, "Extracting base backup to create postgres instance: path=" + neon.repository() + "/datadirs/"
                    + ID + " port=[0-9]+\n", "");
            says(neon.run("pg", "list"), "BRANCH\tADDRESS\t\tLSN\t\tSTATUS\nmain\t-\t\t" + LSN + "\tstopped\n", "");
            says(neon.run("pg", "start", "main"), "Starting postgres node at 'host=127\\.0\\.0\\.1 port=[0-9]+"
                    + " user=postgres'\n", "Starting postgres on main \\.\\.\\. ready in [0-9.]+ s\n");
            says(neon.run("pg", "list"), "BRANCH\tADDRESS\t\tLSN\t\tSTATUS\nmain\t127.0.0.1:[0-9]+\t" + LSN
                    + "\trunning\n", "");
            says(neon.run("pg", "stop", "main"), "", "stopped the server on main\n");
            assertEquals(1, neon.run("pg", "stop", "main").code(), "nothing was running");
            says(neon.run("pg", "destroy", "main"), "", "removed the data directory of main\n");
            says(neon.run("pg", "list"), "BRANCH\tADDRESS\t\tLSN\t\tSTATUS\n", "");
            neon.fails(ExitCode.NOT_FOUND, "pg", "start", "main");
            assertFalse(neon.ok("branch").isEmpty(), "the branch stays");
        }
    }

    @Test
    void quietLeavesResultsOnly() {
        try (CommandLine neon = new CommandLine(directory)) {
            says(neon.run("-q", "init"), "created main branch\nnew neon repository was created in \\.neon\n", "");
            says(neon.run("start", "-q", "main"), URI, "");
            says(neon.run("stop", "main", "--quiet"), "", "");
            Result idle = neon.run("-q", "stop", "main");
            assertEquals("1:::", idle.code() + ":" + idle.out() + ":" + idle.err() + ":");
        }
    }

    private static void says(Result result, String out, String err) {
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().matches(out), () -> "output is '" + result.out() + "', not " + out);
        assertTrue(result.err().matches(err), () -> "messages are '" + result.err() + "', not " + err);
    }
}
