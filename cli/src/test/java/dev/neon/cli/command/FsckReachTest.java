package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.framework.ExitCode;
import dev.neon.fsck.Finding;
import dev.neon.fsck.RepositoryCheck;
import dev.neon.repo.Lsn;
import dev.neon.repo.TestContext;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is missing that points are made of, is named, with the points. */
class FsckReachTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static String lastSnapshot;

    /**
     * main: image, WAL of several segments with a tag in the second and the branch 'fork' off it in the third, then a delta.
     */
    @BeforeAll
    static void makeARepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 1000) g", "SELECT pg_switch_wal()",
                "UPDATE t SET a = a + 1");
        neon.ok("tag", "v1");
        Sql.run(neon, "main", "SELECT pg_switch_wal()", "UPDATE t SET a = a + 1");
        neon.ok("branch", "fork");
        Sql.run(neon, "main", "SELECT pg_switch_wal()", "UPDATE t SET a = a + 1");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        lastSnapshot = neon.ok("rev-parse", "main").split("@")[1];
        neon.ok("start", "main");
        Sql.run(neon, "main", "SELECT pg_switch_wal()", "UPDATE t SET a = a + 1");
        neon.ok("stop", "main");
        neon.ok("start", "fork");
        Sql.run(neon, "fork", "UPDATE t SET a = a + 1", "SELECT pg_switch_wal()", "UPDATE t SET a = a + 1");
        neon.ok("stop", "fork");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    private static Path timeline(String branch) {
        return neon.repository().resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", branch));
    }

    private static List<Path> segments(String branch) throws IOException {
        try (Stream<Path> all = Files.list(timeline(branch).resolve("wal"))) {
            return all.filter(Files::isRegularFile).filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}"))
                    .sorted().toList();
        }
    }

    /** What fsck says when a file or directory is gone. */
    private static String without(Path path) throws IOException {
        Path aside = Files.move(path, directory.resolve("aside"));
        try {
            TestNeon.Result result = neon.run("fsck");
            assertEquals(ExitCode.CORRUPT.number(), result.code(), path + ": " + result.out());
            return result.out();
        } finally {
            Files.move(aside, path);
        }
    }

    private static void assertNames(Path segment, String out, String... affected) {
        String line = out.lines().filter(each -> each.startsWith("reach at ") && each.contains(segment + ":0: "
                + "found none but expected a WAL segment")).findFirst().orElse("");
        assertFalse(line.isEmpty(), segment + " is not named: " + out);
        List<String> below = out.substring(out.indexOf(line) + line.length() + 1).lines()
                .takeWhile(each -> each.startsWith("    affects ")).map(each -> each.split(" +")[2]).toList();
        assertEquals(List.of(affected), below, out);
    }

    @Test
    void eachSegment() throws IOException {
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));
        List<Path> main = segments("main");
        assertTrue(main.size() >= 5, main.toString());
        // The first three are main's up to the fork, and v1's up to the second.
        assertNames(main.get(0), without(main.get(0)), "refs/branches/fork", "refs/branches/main", "refs/tags/v1");
        assertNames(main.get(1), without(main.get(1)), "refs/branches/fork", "refs/branches/main", "refs/tags/v1");
        String fork = neon.ok("rev-parse", "--timeline", "fork");
        String third = without(main.get(2));
        assertNames(main.get(2), third, "refs/branches/main");
        assertFalse(third.contains(fork), "its own first segment repeats what is before the fork: " + third);
        String fourth = without(main.get(3));
        assertNames(main.get(3), fourth, "refs/branches/main");
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));
    }

    @Test
    void thatOfAFork() throws IOException {
        List<Path> own = segments("fork");
        assertNames(own.get(0), without(own.get(0)), "refs/branches/fork");
    }

    /** The points between are lost, and those after the snapshot are not. */
    @Test
    void rangesEndAtTheNextSnapshot() throws IOException {
        List<Path> main = segments("main");
        String out = without(main.get(1));
        assertTrue(out.lines().anyMatch(line -> line.startsWith("    affects refs/branches/main from ")
                && line.endsWith(" to before " + lastSnapshot)), out);
        assertTrue(out.lines().anyMatch(line -> line.startsWith("    affects refs/branches/fork from ")
                && line.endsWith(" on")), out);
    }

    @Test
    void severalInARow() throws IOException {
        List<Path> main = segments("main");
        Path first = Files.move(main.get(0), directory.resolve("first"));
        try {
            assertTrue(without(main.get(1)).contains(main.get(0) + ":0: found none, nor the 1 after it but expected a WAL"));
        } finally {
            Files.move(first, main.get(0));
        }
    }

    @Test
    void theSnapshotThatAnotherLiesOn() throws IOException {
        Path snapshots = timeline("main").resolve("snapshots");
        Path image;
        try (Stream<Path> all = Files.list(snapshots)) {
            image = all.sorted().findFirst().orElseThrow();
        }
        String out = without(image);
        assertTrue(out.contains(image + ":0: found none but expected a snapshot, on which the one at " + lastSnapshot
                + " lies\n    affects refs/branches/main from " + lastSnapshot + " on"), out);
        assertTrue(out.contains("reach at ") && out.contains("affects refs/tags/v1"), out);
    }

    /** Files that are there, but do not hold all that they held. */
    @Test
    void walThatEndsBeforeItMust() throws IOException {
        neon.ok("branch", "late", "main@" + neon.ok("rev-parse", "main").split("@")[1]);
        List<Path> main = segments("main");
        Path last = main.get(4);
        byte[] whole = Files.readAllBytes(last);
        Files.write(last, new byte[whole.length]);
        try {
            TestNeon.Result result = neon.run("fsck");
            assertEquals(ExitCode.CORRUPT.number(), result.code(), result.out());
            assertTrue(result.out().contains("expected WAL up to ")
                    && result.out().contains("affects refs/branches/main"), result.out());
            // Nothing but the fork tells once the data directory is gone.
            Path datadirs = Files.move(neon.repository().resolve("datadirs"), directory.resolve("datadirs"));
            result = neon.run("fsck");
            assertTrue(result.out().contains("expected WAL of timeline ")
                    && result.out().contains("affects refs/branches/late"), result.out());
            Files.move(datadirs, neon.repository().resolve("datadirs"));
        } finally {
            Files.write(last, whole);
            neon.ok("branch", "-D", "late");
        }
        assertTrue(neon.ok("fsck").endsWith(": all is whole"));
    }

    /** The newest segment is missed because the data directory names a checkpoint in it. */
    @Test
    void theNewestSegment() throws IOException {
        List<Path> main = segments("main");
        assertNames(main.get(4), without(main.get(4)), "refs/branches/main");
    }

    /** A server may go on in a segment that was not there when they were listed. */
    @Test
    void aSegmentThatComesMeanwhile() throws Exception {
        Path newest = timeline("main").resolve("wal").resolve(SegmentName.containing(
                Lsn.parse(neon.ok("rev-parse", "main").split("@")[1]), 1, 16 << 20).toString());
        Path aside = Files.move(newest, directory.resolve("aside"));
        Repository repository = Repository.open(neon.repository(), TestContext.live());
        RepositoryWal wal = new RepositoryWal(repository, timeline -> {
            // Asked when the end is looked for.
            if (timeline.hex().equals(neon.ok("rev-parse", "--timeline", "main")) && Files.exists(aside)) {
                try {
                    Files.move(aside, newest);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return false;
        });
        List<Finding> findings = new ArrayList<>();
        new RepositoryCheck(repository, new SnapshotStore(repository, wal), wal, RepositoryCheck.Options.USUAL, findings::add)
                .run(timeline -> true);
        assertTrue(Files.exists(newest));
        assertEquals(List.of(), findings);
    }
}
