package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found whole is not read again, as long as nobody can tell that it is not the same any more. */
class FsckMemoryTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static Path timeline;

    @BeforeAll
    static void makeARepository() throws IOException {
        neon = new CommandLine(directory);
        neon.ok("init");
        timeline = neon.repository().resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "main"));
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT g a, md5(g::text) b FROM generate_series(1, 20000) g",
                "SELECT pg_switch_wal()", "UPDATE t SET b = 'x'", "SELECT pg_switch_wal()", "DELETE FROM t WHERE a > 5");
        neon.ok("branch", "fork");
        neon.ok("start", "fork");
        Sql.run(neon, "fork", "UPDATE t SET b = 'y'", "SELECT pg_switch_wal()", "UPDATE t SET b = 'z'");
        neon.ok("stop", "fork");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        neon.ok("snapshot", "create", "fork");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    /** As if the last change had been a minute ago: what has just been changed is not remembered. */
    @BeforeEach
    void letTimePass() throws IOException {
        Files.deleteIfExists(neon.repository().resolve("fsck/verified"));
        try (Stream<Path> all = Files.walk(neon.repository().resolve("timelines"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minusSeconds(30))) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
                }
            }
        }
    }

    private static Path layer() throws IOException {
        try (Stream<Path> all = Files.list(timeline.resolve("snapshots"))) {
            return all.sorted().toList().getLast().resolve("layer-0001");
        }
    }

    private static Path segment() throws IOException {
        try (Stream<Path> all = Files.list(timeline.resolve("wal"))) {
            return all.filter(Files::isRegularFile).sorted().toList().get(1);
        }
    }

    private static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 1;
        Files.write(file, bytes);
    }

    private static void assertDamaged(Path file, String... options) {
        TestNeon.Result result = neon.run(Stream.concat(Stream.of("fsck"), Stream.of(options)).toArray(String[]::new));
        assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out());
        assertTrue(result.out().contains(": " + file + ":"), result.out());
    }

    private static void assertAllKnown(String out) {
        assertTrue(out.contains(", 3 snapshots, 0 read, 3 known since ") && out.endsWith(": all is whole"), out);
        assertTrue(out.matches("(?s).* records? of [0-9.]+ k?B read, [0-9.]+ MB known since .*"), out);
    }

    @Test
    void theSecondRunReadsOnlyWhatIsNew() throws IOException {
        String first = neon.ok("fsck");
        assertFalse(first.contains("known"), first);
        assertAllKnown(neon.ok("fsck"));
        assertTrue(neon.ok("fsck", "--json").contains("\"snapshotsRead\" : 0"));
        assertEquals(first, neon.ok("fsck", "--full"));
        assertAllKnown(neon.ok("fsck"));

        neon.ok("config", "set", "fsck.forgetAfter", "0s");
        assertEquals(first, neon.ok("fsck"), "as if it were long ago");
        neon.ok("config", "unset", "fsck.forgetAfter");

        neon.ok("start", "main");
        Sql.run(neon, "main", "INSERT INTO t VALUES (1, 'new')");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        String later = neon.ok("fsck");
        assertTrue(later.contains(", 4 snapshots, 1 read, 3 known since "), later);
        neon.ok("snapshot", "delete", "main@" + neon.ok("rev-parse", "main").split("@")[1]);
        neon.ok("fsck");
        assertFalse(Files.readString(neon.repository().resolve("fsck/verified"))
                .contains(neon.ok("rev-parse", "main").split("@")[1] + " "), "what is gone is forgotten");
    }

    @Test
    void aChosenHistoryLeavesTheOthersKnown() throws IOException {
        neon.ok("fsck");
        neon.ok("fsck", "--full", "main");
        assertAllKnown(neon.ok("fsck"));
    }

    @Test
    void damageOfWhatIsKnown() throws IOException {
        for (Path file : List.of(layer(), segment())) {
            neon.ok("fsck");
            FileTime time = Files.getLastModifiedTime(file);
            flip(file, 3000);
            assertDamaged(file);
            assertDamaged(file);
            flip(file, 3000);
            Files.setLastModifiedTime(file, time);
            assertTrue(neon.ok("fsck").endsWith(": all is whole"));
            assertAllKnown(neon.ok("fsck"));

            flip(file, 3000);
            Files.setLastModifiedTime(file, time);
            assertAllKnown(neon.ok("fsck"));
            assertDamaged(file, "--full");
            assertDamaged(file);
            flip(file, 3000);
            Files.setLastModifiedTime(file, time);
            assertTrue(neon.ok("fsck").endsWith(": all is whole"));
        }
    }

    @Test
    void structureIsCheckedAlways() throws IOException {
        neon.ok("fsck");
        Path manifest = layer().resolveSibling("manifest");
        FileTime time = Files.getLastModifiedTime(manifest);
        flip(manifest, 20);
        Files.setLastModifiedTime(manifest, time);
        assertDamaged(manifest);
        flip(manifest, 20);
        Files.setLastModifiedTime(manifest, time);
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));
    }

    @Test
    void aDamagedMemoryIsBegunAnew() throws IOException {
        String first = neon.ok("fsck");
        Path verified = neon.repository().resolve("fsck/verified");
        int length = (int) Files.size(verified);
        for (int at = 0; at < length; at += length / 10) {
            flip(verified, at);
            TestNeon.Result result = neon.run("fsck");
            assertEquals(0, result.code());
            assertEquals(first, result.out().stripTrailing());
            assertTrue(result.err().contains("warning: '" + verified + "' is damaged, so all is read as if for the first time"),
                    result.err());
            assertAllKnown(neon.ok("fsck"));
        }
    }

    @Test
    void severalAtOnce() throws Exception {
        try (ExecutorService users = Executors.newFixedThreadPool(3)) {
            List<Callable<String>> runs = List.of(() -> neon.ok("fsck"), () -> neon.ok("fsck", "fork"),
                    () -> neon.ok("fsck", "--full", "main"));
            for (Future<String> run : users.invokeAll(runs)) {
                assertTrue(run.get().endsWith(": all is whole"), run.get());
            }
        }
        assertAllKnown(neon.ok("fsck"));
    }
}
