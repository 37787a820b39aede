package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.WrongPage;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is found with whom it affects, and all others can still be used. */
class FsckTest {
    private static final long SEGMENT = 16 << 20;

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static Path timeline;
    private static String fork;
    private static String snapshot;
    private static ForkKey table;

    @BeforeAll
    static void makeARepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        timeline = neon.repository().resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "main"));
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT g a, md5(g::text) b FROM generate_series(1, 5000) g");
        String[] path = Sql.query(neon, "main", "SELECT pg_relation_filepath('t')").split("/");
        table = new ForkKey(new RelFileLocator(1663, Integer.parseInt(path[1]), Integer.parseInt(path[2])), 0);
        neon.ok("branch", "early");
        neon.ok("tag", "v1");
        fork = neon.ok("rev-parse", "v1");
        Sql.run(neon, "main", "UPDATE t SET b = 'x'");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        snapshot = neon.ok("rev-parse", "main");
        neon.ok("branch", "late");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    private static String lsn(String point) {
        return point.substring(point.indexOf('@') + 1).strip();
    }

    private static void flip(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 1;
        Files.write(file, bytes);
    }

    private static Path newest() throws IOException {
        try (Stream<Path> all = Files.list(timeline.resolve("snapshots"))) {
            return all.sorted().toList().getLast();
        }
    }

    @Test
    void aLayerOfADelta() throws IOException {
        assertTrue(neon.ok("fsck").startsWith("4 refs, "), "main, early, late and v1; HEAD is none");
        Path layer = newest().resolve("layer-0001");
        flip(layer, 20);
        try {
            TestNeon.Result result = neon.run("fsck");
            assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out());
            List<String> lines = result.out().lines().toList();
            assertTrue(lines.getFirst().startsWith("layer at " + lsn(snapshot) + ": " + layer + ":8: "), result.out());
            assertTrue(lines.contains("    affects refs/branches/main from " + lsn(snapshot) + " on"), result.out());
            assertTrue(lines.contains("    affects refs/branches/late from " + lsn(snapshot) + " on"), result.out());
            assertFalse(result.out().contains("early") || result.out().contains("v1"), result.out());
            assertTrue(neon.run("fsck", "--json", "main").out().contains("\"kind\" : \"layer\""));

            neon.ok("start", "early");
            assertEquals("5000", Sql.query(neon, "early", "SELECT count(DISTINCT b) FROM t"));
            neon.ok("stop", "early");
            new DurableFiles(new NioFileSteps()).deleteTree(neon.repository().resolve("datadirs"));
            // The snapshot before it and the WAL between lead to the same point.
            assertTells(layer, neon.run("start", "late"));
            assertEquals("1", Sql.query(neon, "late", "SELECT count(DISTINCT b) FROM t"));
            neon.ok("stop", "late");
        } finally {
            flip(layer, 20);
        }
        assertTrue(neon.ok("fsck").contains("all is whole"));
    }

    /** Once, on the standard error, with the file and what to do. */
    private static void assertTells(Path file, TestNeon.Result result) {
        assertEquals(0, result.code(), result.err());
        List<String> warnings = result.err().lines().filter(line -> line.startsWith("warning:")).toList();
        assertEquals(1, warnings.size(), result.err());
        assertTrue(warnings.getFirst().startsWith("warning: '" + file + "' is damaged at byte ")
                && warnings.getFirst().contains("; the older snapshot at ")
                && warnings.getFirst().endsWith(" is used in its place, 'neon fsck' tells what the damage affects"),
                result.err());
    }

    /** What looks into a point without a server goes the same way. */
    @Test
    void aSnapshotThatCannotBeOpened() throws IOException {
        String blocks = neon.ok("relations", "late");
        neon.ok("branch", "further", "main@" + lsn(snapshot));
        neon.ok("start", "further");
        Sql.run(neon, "further", "DELETE FROM t WHERE a > 100");
        neon.ok("stop", "further");
        for (String name : List.of("manifest", "metadata")) {
            Path file = newest().resolve(name);
            flip(file, 40);
            try {
                TestNeon.Result result = neon.run("relations", "late");
                assertTells(file, result);
                assertEquals(blocks, result.out().stripTrailing());
                if (name.equals("metadata")) {
                    assertTells(file, neon.run("snapshot", "create", "further"));
                }
            } finally {
                flip(file, 40);
            }
        }
        new DurableFiles(new NioFileSteps()).deleteTree(neon.repository().resolve("datadirs"));
        neon.ok("start", "further");
        assertEquals("100", Sql.query(neon, "further", "SELECT count(*) FROM t"));
        neon.ok("stop", "further");
    }

    /** As if redo had done something wrong: nothing but the other engine can see it. */
    @Test
    void aPageThatIsWrong() throws IOException {
        Path newest = newest();
        Path kept = directory.resolve("kept");
        DurableFiles files = new DurableFiles(new NioFileSteps());
        files.copyTree(newest, kept, path -> true);
        try (TestWorkspace opened = TestWorkspace.open(neon.repository(), TestPostgres.major(18))) {
            SnapshotStore snapshots = opened.workspace().snapshots();
            Snapshot before = snapshots.list(opened.timeline("main")).getFirst();
            try (PointPages pages = PointPages.of(snapshots, before)) {
                new WrongPage(pages, table, 3, 8180).putInto(newest);
            }
        }
        try {
            assertTrue(neon.ok("fsck").contains("all is whole"));
            TestNeon.Result result = neon.run("fsck", "--deep", "main");
            assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out());
            assertTrue(result.out().matches("main at " + lsn(snapshot) + ": .* pages, .*: first difference: " + table
                    + " block 3, byte 8180: neon has [0-9a-f]{24}, PostgreSQL [0-9a-f]{24}\n"), result.out());
            assertTrue(neon.run("fsck", "--deep", "--json", "main").out().contains("\"difference\" : \"" + table));
            assertTrue(neon.ok("fsck", "--deep", "early").endsWith(": no difference"));
            neon.ok("start", "early");
            assertEquals("5000", Sql.query(neon, "early", "SELECT count(DISTINCT b) FROM t"));
            neon.ok("stop", "early");
        } finally {
            files.deleteTree(newest);
            files.rename(kept, newest);
        }
        assertTrue(neon.ok("fsck", "--deep", "main").endsWith(": no difference"));
    }

    @Test
    void bothEnginesAgree() {
        for (String line : neon.ok("fsck", "--deep", "--points", "3", "--seed", "7", "main").lines().limit(3).toList()) {
            assertTrue(line.startsWith("main at ") && line.endsWith(": no difference"), line);
        }
    }

    @Test
    void walBetweenSnapshots() throws IOException {
        long position = Long.parseLong(lsn(fork).substring(lsn(fork).indexOf('/') + 1), 16);
        Path segment = timeline.resolve("wal").resolve(String.format("0000000100000000%08X", position / SEGMENT));
        long at = position % SEGMENT;
        flip(segment, at + 200);
        try {
            TestNeon.Result result = neon.run("fsck");
            assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out());
            assertTrue(result.out().contains("    affects refs/branches/main from ")
                    && result.out().contains(" to before " + lsn(snapshot)), result.out());
            assertFalse(result.out().contains("early") || result.out().contains("v1"), result.out());
            neon.ok("start", "late");
            neon.ok("stop", "late");
        } finally {
            flip(segment, at + 200);
        }
    }
}
