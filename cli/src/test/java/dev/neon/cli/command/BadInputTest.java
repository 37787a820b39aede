package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users type wrong: each gets a message in the common form and a declared code, and changes nothing. */
class BadInputTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;

    @BeforeAll
    static void makeARepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT generate_series(1, 1000) a");
        neon.ok("stop");
        neon.ok("tag", "before-migration");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void notARepository(@TempDir Path elsewhere) throws IOException {
        CommandLine there = new CommandLine(elsewhere);
        for (String command : new String[] {"status", "branch", "tag", "start", "stop", "ps", "psql",
                "connection-string", "restart"}) {
            String message = there.fails(ExitCode.NOT_A_REPOSITORY, command);
            assertTrue(message.contains("neon init"), message);
        }
        there.fails(ExitCode.NOT_A_REPOSITORY, "--repo", "nowhere", "status");
        there.fails(ExitCode.USAGE, "-C", "nowhere", "status");
        assertEquals(0, elsewhere.toFile().list().length, "files were made");

        Path context = Files.writeString(elsewhere.resolve(".neon"), "{\"projectId\":\"x\"}");
        for (String[] words : new String[][] {{"status"}, {"start"}, {"branch", "x"}, {"--repo", ".neon", "status"}}) {
            String message = there.fails(ExitCode.NOT_A_REPOSITORY, words);
            assertTrue(message.contains("is a file"), message);
        }
        assertTrue(there.fails(ExitCode.NOT_A_REPOSITORY, "init").contains("is a file"));
        assertEquals("{\"projectId\":\"x\"}", Files.readString(context));
    }

    @Test
    void argumentsThatWouldBePassedOver() {
        for (String[] words : new String[][] {{"branch", "--json", "--porcelain"}, {"branch", "-d", "-m", "a", "b"},
                {"branch", "a", "b", "c"}, {"branch", "-d", "--json", "a"}, {"tag", "-m", "text"}, {"tag", "a", "b", "c"},
                {"tag", "-d", "-m", "text", "a"}, {"rev-parse", "--neon-dir", "--json", "HEAD"},
                {"snapshot", "list", "--all", "main"}}) {
            neon.fails(ExitCode.USAGE, words);
        }
    }

    @Test
    void severalNamesAreDeletedAtOnce() {
        neon.ok("tag", "one");
        neon.ok("tag", "two");
        assertEquals(2, neon.ok("tag", "-d", "one", "two").lines().count());
        assertEquals("before-migration", neon.ok("tag").split(" ")[0]);
        assertEquals(1, neon.ok("tag").lines().count());
    }

    @Test
    void whatIsNoLsnIsNamed() {
        String message = neon.fails(ExitCode.NOT_FOUND, "rev-parse", "main@zz");
        assertTrue(message.contains("'zz' is not an LSN"), message);
    }

    @Test
    void unknownRevisions() {
        String message = neon.fails(ExitCode.NOT_FOUND, "branch", "x", "mian");
        assertTrue(message.contains("'mian'") && message.contains("Did you mean 'main'?"), message);
        message = neon.fails(ExitCode.NOT_FOUND, "rev-parse", "before-migratoin");
        assertTrue(message.contains("Did you mean 'before-migration'?"), message);
        for (String[] words : new String[][] {{"start", "nope"}, {"start", "--read-only", "nope"}, {"stop", "nope"},
                {"psql", "nope"}, {"tag", "t", "nope"}, {"branch", "-d", "nope"}, {"branch", "-m", "nope", "x"},
                {"tag", "-d", "nope"}, {"export", "nope", "dir"}, {"snapshot", "create", "nope"},
                {"snapshot", "list", "nope"}, {"snapshot", "delete", "main@0/1"}, {"instance", "logs", "nope"},
                {"connection-string", "nope"}, {"pg", "create", "nope"}, {"pg", "destroy", "nope"},
                {"rev-parse", "main^"}, {"rev-parse", "main@{9}"}, {"start", "before-migration"},
                {"rev-parse", "0123456789abcdef0123456789abcdef"}}) {
            neon.fails(ExitCode.NOT_FOUND, words);
        }
    }

    @Test
    void lsnsThatAreNoPoints() {
        String[] tip = neon.ok("rev-parse", "--lsn", "main").split("/");
        long end = Long.parseLong(tip[1], 16);
        String inside = neon.fails(ExitCode.INVALID_INPUT, "branch", "x", "main@0/" + Long.toHexString(end - 8));
        assertTrue(inside.matches("(?s)error: LSN 0/[0-9A-F]+ is inside a WAL record\nhint: The record begins at "
                + "0/[0-9A-F]+ and ends at 0/" + tip[1] + "; name one of these\\.\n"), inside);
        String beyond = neon.fails(ExitCode.INVALID_INPUT, "branch", "x", "main@F/0");
        assertTrue(beyond.contains("beyond the end") && beyond.contains("to 0/" + tip[1]), beyond);
        String before = neon.fails(ExitCode.INVALID_INPUT, "branch", "x", "main@0/28");
        assertTrue(before.contains("before the history"), before);
        neon.fails(ExitCode.INVALID_INPUT, "snapshot", "delete", "main@zz");
    }

    @Test
    void momentsThatAreNoPoints() {
        String unknown = neon.fails(ExitCode.NOT_FOUND, "branch", "x", "main@{befor-migration}");
        assertTrue(unknown.startsWith("error: 'befor-migration' is neither a time nor a restore point of timeline"),
                unknown);
        String never = neon.fails(ExitCode.NOT_FOUND, "tag", "x", "main@{xid:4000000000}");
        assertTrue(never.contains("does not exist\nhint: The newest transaction has the id "), never);
        String before = neon.fails(ExitCode.INVALID_INPUT, "start", "--read-only", "main@{2001-01-01}");
        assertTrue(before.startsWith("error: time 2001-01-01 00:00:00 ") && before.contains("before the history"),
                before);
        neon.fails(ExitCode.INVALID_INPUT, "export", "main@{xid:0}", "nowhere");
        neon.fails(ExitCode.INVALID_INPUT, "rev-parse", "main@{xid:x}");
        assertEquals(neon.ok("rev-parse", "main"), neon.ok("rev-parse", "main@{now}"));
        assertEquals(neon.ok("rev-parse", "main"), neon.ok("rev-parse", "main@{2101-01-01}"));
    }

    @Test
    void whatExists() {
        neon.fails(ExitCode.ALREADY_EXISTS, "init");
        neon.fails(ExitCode.ALREADY_EXISTS, "branch", "main");
        neon.fails(ExitCode.ALREADY_EXISTS, "tag", "before-migration");
        neon.fails(ExitCode.ALREADY_EXISTS, "export", "main", directory.toString());
        neon.fails(ExitCode.CONFLICT, "branch", "-D", "main");
        neon.fails(ExitCode.CONFLICT, "branch", "main/below");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a.lock", ".a", "a/.b", "a//b",
        "/a", "a/", "a.", "@", "a@{1}", "a\u0001b", "a\u007f", "HEAD", "refs/branches/a", "a@0/1",
        "0123456789abcdef0123456789abcdef"})
    void namesThatGitWouldRefuse(String name) {
        neon.fails(ExitCode.INVALID_INPUT, "branch", name);
        neon.fails(ExitCode.INVALID_INPUT, "tag", name);
        neon.fails(ExitCode.INVALID_INPUT, "branch", "-m", "main", name);
        CommandLine.requireMessage(ExitCode.INVALID_INPUT, neon.run("init", "-b", name, "other"), "init", "-b", name);
        assertTrue(Files.notExists(directory.resolve("other")), "a failed init leaves nothing");
    }

    @Test
    void aNameThatLooksLikeAnOption() {
        neon.fails(ExitCode.USAGE, "branch", "-x");
        neon.fails(ExitCode.INVALID_INPUT, "branch", "--", "-x");
        neon.fails(ExitCode.INVALID_INPUT, "branch", "");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "65536", "99999", "abc", "5432.0", "99999999999"})
    void portsThatAreNone(String port) {
        String message = neon.fails(ExitCode.USAGE, "start", "--port", port);
        assertTrue(message.contains("'" + port + "'") && message.contains("from 1 to 65535"), message);
        neon.fails(ExitCode.USAGE, "restart", "--port=" + port);
    }

    @Test
    void settings() {
        for (String setting : new String[] {"port=1", "listen_addresses=*", "wal_keep_size=0", "archive_mode=on",
                "data_directory=/x", "nonsense", "=1"}) {
            neon.fails(ExitCode.INVALID_INPUT, "start", "-c", setting);
        }
        for (String[] words : new String[][] {{"config", "set", "foo", "bar"}, {"config", "get", "foo"},
                {"config", "set", "core.repositoryFormatVersion", "99"}, {"config", "unset", "CORE.RepositoryID"}}) {
            neon.fails(ExitCode.INVALID_INPUT, words);
        }
        assertEquals(ExitCode.NEGATIVE.number(), neon.run("config", "get", "postgres.nothing").code());
        assertEquals(ExitCode.NEGATIVE.number(), neon.run("config", "unset", "postgres.nothing").code());
    }

    @Test
    void settingsThatPostgresRefuses() {
        String message = neon.fails(ExitCode.POSTGRES_FAILED, "start", "-c", "nonsense=1");
        assertTrue(message.contains("\n    ") && message.contains("\"nonsense\""), message);
        neon.fails(ExitCode.POSTGRES_FAILED, "start", "-c", "shared_buffers=lots");
        assertEquals("", neon.ok("ps"), "a server that never ran is not listed as crashed");
        assertEquals(ExitCode.NEGATIVE.number(), neon.run("stop").code());
        assertTrue(neon.ok("instance", "logs", "-n", "5").contains("shared_buffers"), "the log is kept");
    }

    @Test
    void majorsAndFormats() {
        neon.fails(ExitCode.UNSUPPORTED, "init", "--pg-version", "13", "other");
        neon.fails(ExitCode.UNSUPPORTED, "init", "--pg-version", "99", "other");
        neon.fails(ExitCode.UNSUPPORTED, "init", "--format-version", "99", "other");
        neon.fails(ExitCode.NOT_FOUND, "init", "--from", "nowhere", "other");
        neon.fails(ExitCode.NOT_FOUND, "init", "--pg-bin", "nowhere", "other");
        neon.fails(ExitCode.NOT_FOUND, "start", "--pg-bin", "nowhere");
        neon.fails(ExitCode.UNSUPPORTED, "postgres", "install", "13");
        neon.fails(ExitCode.USAGE, "postgres", "install", "new");
        assertTrue(Files.notExists(directory.resolve("other")), "a failed init leaves nothing");
    }

    @Test
    void commandLines() {
        neon.fails(ExitCode.USAGE, "frobnicate");
        neon.fails(ExitCode.USAGE, "branch", "--jsn");
        neon.fails(ExitCode.USAGE, "export", "main");
        neon.fails(ExitCode.USAGE, "stop", "--all", "main");
        neon.fails(ExitCode.USAGE, "stop", "--mode", "slow");
        neon.fails(ExitCode.USAGE, "start", "--timeout", "0");
        neon.fails(ExitCode.USAGE, "rev-parse");
        String elsewhere = neon.fails(ExitCode.USAGE, "logs");
        assertTrue(elsewhere.contains("'instance logs'"), elsewhere);
    }

    @Test
    void whatIsNotRunning() {
        for (String[] words : new String[][] {{"psql"}, {"connection-string", "main"}}) {
            String message = neon.fails(ExitCode.NOT_FOUND, words);
            assertTrue(message.contains("'neon start main'"), message);
        }
        var stopped = neon.run("stop", "main");
        assertEquals("1::no server was running on main\n", stopped.code() + ":" + stopped.out() + ":" + stopped.err());
        assertEquals("no server is running\n", neon.run("stop", "--all").err());
    }
}
