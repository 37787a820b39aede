package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.TreeHash;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.WrongPage;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that does not fit its table, with all checksums right: nothing but PostgreSQL can see it. */
class FsckBootTest {
    /** The key of the first entry of a page, behind the header of its tuple, before the 16 bytes of the special space. */
    private static final int FIRST_KEY = 8192 - 16 - 16 + 8;

    @TempDir
    private Path directory;

    private CommandLine neon;

    @AfterEach
    void stopServers() {
        neon.close();
    }

    @Test
    void byTheExtension() throws IOException {
        check(TestPostgres.major(18), "2 databases checked by the extension amcheck", "init");
    }

    @Test
    void byTheProgram() throws IOException {
        assumeTrue(TestPostgres.debian15().isPresent(), "PostgreSQL 15 is not installed");
        PostgresBinaries installed = TestPostgres.debian15().get();
        check(installed, "2 databases checked by pg_amcheck", "init", "--pg-bin", installed.binDir().toString());
    }

    private void check(PostgresBinaries postgres, String how, String... init) throws IOException {
        neon = new CommandLine(directory);
        neon.ok(init);
        if (init.length > 1) {
            neon.ok("config", "set", "postgres.binDir", postgres.binDir().toString());
        }
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE DATABASE other", "CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 100) g",
                "CREATE INDEX i ON t (a)");
        neon.ok("tag", "v1");
        neon.ok("branch", "untouched");
        String[] path = Sql.query(neon, "main", "SELECT pg_relation_filepath('i')").split("/");
        Sql.run(neon, "main", "CREATE TABLE later ()");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        ForkKey index = new ForkKey(new RelFileLocator(1663, Integer.parseInt(path[1]), Integer.parseInt(path[2])), 0);
        neon.ok("branch", "damaged");
        damage(postgres, index);
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));

        TreeHash before = TreeHash.of(neon.repository());
        List<Path> datadirs = list("datadirs");
        TestNeon.Result result = neon.run("fsck", "--boot");
        assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out() + result.err());
        // Template databases can be connected to as well.
        String counted = how.replace("2 databases", "3 databases");
        List<String> lines = result.out().lines().filter(line -> !line.startsWith(" ")).toList();
        assertEquals(4, lines.size(), result.out());
        assertLine(lines.get(0), "refs/branches/damaged", counted + ": ", "problem");
        assertLine(lines.get(1), "refs/branches/main", counted + ": ", "problem");
        assertLine(lines.get(2), "refs/branches/untouched", counted + ": no problem", "");
        assertLine(lines.get(3), "refs/tags/v1", counted + ": no problem", "");
        assertFalse(lines.get(0).contains("no problem") || lines.get(1).contains("no problem"), result.out());
        assertTrue(result.out().contains("heap tuple (0,1) from table \"t\" lacks matching index tuple within index \"i\""),
                result.out());
        assertTrue(neon.ok("fsck", "--boot", "--json", "v1").matches("(?s).*\"problems\" : \\[\\s*\\].*"));
        assertEquals(before.entries(), TreeHash.of(neon.repository()).entries(), "nothing is left, nothing has moved");
        assertEquals(datadirs, list("datadirs"));
        assertEquals(List.of(), list("run").stream().filter(file -> file.toString().endsWith(".instance")).toList());
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));
    }

    /** Where the extension cannot be had: here because the user may not make it. */
    @Test
    void byReading() throws IOException {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 100) g",
                "CREATE ROLE reader LOGIN IN ROLE pg_read_all_data");
        neon.ok("config", "set", "postgres.user", "reader");
        neon.ok("branch", "lost");
        Path history = neon.repository().resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "lost"))
                .resolve("history");
        String whole = Files.readString(history);
        Files.writeString(history, "?");
        TestNeon.Result result = neon.run("fsck", "--boot");
        Files.writeString(history, whole);
        assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out() + result.err());
        List<String> lines = result.out().lines().toList();
        assertTrue(lines.get(0).equals("refs/branches/lost: 1 problem") && lines.get(1).contains(history.toString()),
                result.out());
        assertLine(lines.get(2), "refs/branches/main",
                "2 databases read, as amcheck is not available for all: no problem", "");
        assertTrue(neon.ok("fsck", "--boot", "main").endsWith(": no problem"), "and its own server runs on");
        neon.ok("config", "unset", "postgres.user");
        assertEquals("100", Sql.query(neon, "main", "SELECT count(*) FROM t"));
    }

    private static void assertLine(String line, String ref, String how, String rest) {
        assertTrue(line.startsWith(ref + " at 0/") && line.contains(", " + how) && line.contains(rest), line);
    }

    private List<Path> list(String place) throws IOException {
        try (Stream<Path> all = Files.list(neon.repository().resolve(place))) {
            return all.sorted().toList();
        }
    }

    private void damage(PostgresBinaries postgres, ForkKey index) throws IOException {
        try (TestWorkspace opened = TestWorkspace.open(neon.repository(), postgres)) {
            SnapshotStore snapshots = opened.workspace().snapshots();
            List<Snapshot> all = snapshots.list(opened.timeline("main"));
            try (PointPages pages = PointPages.of(snapshots, all.getFirst())) {
                new WrongPage(pages, index, 1, FIRST_KEY).putInto(all.getLast().directory());
            }
        }
    }
}
