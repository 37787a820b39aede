package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WAL of an extension's resource manager, {@code testdata/custom-rmgr}, which is compiled with what is installed. Only
 * PostgreSQL can replay it; neon says so and lets it.
 */
class CustomRmgrTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int ADDITIONS = 12;
    private static final String FIRST = "SELECT n FROM counters WHERE ctid = '(0,1)'";

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static PostgresBinaries postgres;
    /** The points at which the first counter was 0, 1, 2 and so on. */
    private static final List<String> POINTS = new ArrayList<>();

    @BeforeAll
    static void writeRecords() {
        assumeTrue(TestPostgres.debian15().isPresent(), "PostgreSQL 15 is not installed");
        postgres = TestPostgres.debian15().orElseThrow();
        Path library = compile();
        neon = new CommandLine(directory);
        neon.ok("init", "--pg-bin", postgres.binDir().toString());
        neon.ok("start", "main");
        Sql.run(neon, "main", "ALTER SYSTEM SET shared_preload_libraries = '" + library + "'", "ALTER SYSTEM SET"
                + " autovacuum = off");
        neon.ok("stop", "main");
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE FUNCTION counter_add(regclass, tid, int) RETURNS void LANGUAGE c STRICT AS '"
                + library + "'", "CREATE TABLE counters (n int, filler text)", "INSERT INTO counters SELECT 0, repeat('x', 500)"
                + " FROM generate_series(1, 100)", "CHECKPOINT");
        neon.ok("snapshot", "create", "main");
        for (int i = 0; i < ADDITIONS; i++) {
            POINTS.add(neon.ok("rev-parse", "--lsn", "main"));
            Sql.run(neon, "main", "SELECT counter_add('counters', '(0,1)', 1)",
                    "SELECT counter_add('counters', '(2,3)', -1)", "INSERT INTO counters VALUES (7, 'between')");
        }
    }

    @AfterAll
    static void stopServers() {
        if (neon != null) {
            neon.close();
        }
    }

    private static Path compile() {
        String config = postgres.find("pg_config").map(Path::toString).orElse("");
        assumeTrue(!config.isEmpty(), "pg_config of PostgreSQL 15 is not installed");
        String headers = ProgramRun.of(List.of(config, "--includedir-server"), LIMIT).output().strip();
        assumeTrue(Files.exists(Path.of(headers, "postgres.h")), "postgresql-server-dev-15 is not installed");
        assumeTrue(Stream.of("/usr/bin/cc", "/usr/local/bin/cc").anyMatch(cc -> Files.isExecutable(Path.of(cc))),
                "no C compiler is installed");
        Path library = directory.resolve("counter.so");
        ProgramRun.of(List.of("cc", "-O1", "-shared", "-fPIC", "-I", headers, "-o", library.toString(),
                TestPostgres.jars().resolve("../../testdata/custom-rmgr/counter.c").normalize().toString()), LIMIT)
                .orThrow("The extension does not compile.");
        return library;
    }

    private static void assertTells(TestNeon.Result result, String what) {
        assertEquals(0, result.code(), result.err());
        List<String> warnings = result.err().lines().filter(line -> line.startsWith("warning:")).toList();
        assertEquals(1, warnings.size(), result.err());
        assertTrue(warnings.getFirst().contains("resource manager custom128 is an extension's; " + what), result.err());
    }

    private static void assertRecovered(String branch, int expected) {
        assertEquals(Integer.toString(expected), Sql.query(neon, branch, FIRST), branch);
        assertEquals(Integer.toString(-expected), Sql.query(neon, branch, "SELECT n FROM counters WHERE ctid = '(2,3)'"),
                branch);
        assertEquals(Integer.toString(expected), Sql.query(neon, branch,
                "SELECT count(*) FROM counters WHERE filler = 'between'"), branch);
    }

    private static void deleteDataDirectory(String branch) {
        neon.ok("stop", branch);
        new DurableFiles(new NioFileSteps()).deleteTree(neon.repository().resolve("datadirs")
                .resolve(neon.ok("rev-parse", "--timeline", branch)));
    }

    @Test
    void branchesAreReplayedByPostgres() {
        for (int expected : new int[] {0, 1, 5, ADDITIONS - 1}) {
            String branch = "at" + expected;
            neon.ok("branch", branch, "main@" + POINTS.get(expected));
            TestNeon.Result started = neon.run("start", branch);
            if (expected > 0) {
                assertTells(started, "PostgreSQL itself will replay WAL, from the snapshot at ");
            }
            assertRecovered(branch, expected);
            Sql.run(neon, branch, "SELECT counter_add('counters', '(0,1)', 100)");
            deleteDataDirectory(branch);
            assertTells(neon.run("start", branch), "PostgreSQL itself will replay WAL, from the snapshot at ");
            assertEquals(Integer.toString(expected + 100), Sql.query(neon, branch, FIRST), branch);
            neon.ok("stop", branch);
        }
    }

    @Test
    void snapshotsAreCopies() {
        neon.ok("branch", "copied", "main@" + POINTS.get(6));
        neon.ok("start", "copied");
        assertTells(neon.run("snapshot", "create", "copied"), "the snapshot will be a copy of PostgreSQL's files");
        Sql.run(neon, "copied", "SELECT counter_add('counters', '(0,1)', 10)");
        deleteDataDirectory("copied");
        neon.ok("start", "copied");
        assertEquals("16", Sql.query(neon, "copied", FIRST));
        neon.ok("stop", "copied");
        assertTells(neon.run("snapshot", "create", "copied"), "the snapshot will be a copy of PostgreSQL's files");
        neon.ok("branch", "of-copy", "copied");
        neon.ok("start", "of-copy");
        assertEquals("16", Sql.query(neon, "of-copy", FIRST));
        // Without the extension's records after the copy, layers can be made again.
        Sql.run(neon, "of-copy", "INSERT INTO counters VALUES (9, 'later')");
        TestNeon.Result layers = neon.run("snapshot", "create", "of-copy");
        assertEquals("", layers.err().lines().filter(line -> line.startsWith("warning:")).findFirst().orElse(""));
        deleteDataDirectory("of-copy");
        neon.ok("start", "of-copy");
        assertEquals("16", Sql.query(neon, "of-copy", FIRST));
        neon.ok("stop", "of-copy");
    }

    @Test
    void toolsNameTheManager() {
        String wal = neon.repository().resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "main"))
                .resolve("wal").toString();
        String from = POINTS.get(1);
        String to = POINTS.getLast();
        String expected = ProgramRun.of(List.of(postgres.program("pg_waldump").toString(), "-p", wal, "-s", from, "-e", to),
                LIMIT).output();
        assertTrue(expected.contains("rmgr: custom128"), expected);
        assertEquals(expected.stripTrailing(), neon.ok("wal", "dump", "main@" + from + "..main@" + to));
        assertEquals(2 * (ADDITIONS - 2), neon.ok("wal", "dump", "--rmgr", "custom128", "main@" + from + "..main@" + to)
                .lines().count());
        TestNeon.Result fsck = neon.run("fsck", "main");
        assertEquals(ExitCode.UNSUPPORTED.number(), fsck.code(), fsck.out());
        assertTrue(fsck.out().contains("custom128"), fsck.out());
        TestNeon.Result table = neon.run("export", "-t", "counters", "main@" + POINTS.get(3));
        assertTrue(table.err().contains("writing the whole cluster instead of the table: "), table.err());
        assertEquals("n,filler", table.out().lines().findFirst().orElse(""));
        assertTrue(table.out().lines().anyMatch(line -> line.startsWith("-3,xxx")), table.out());
        String message = neon.fails(ExitCode.UNSUPPORTED, "relations", "main@" + to);
        assertTrue(message.contains("resource manager custom128 is an extension's"), message);
    }
}
