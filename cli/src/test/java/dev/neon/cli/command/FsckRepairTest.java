package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.TreeHash;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.TestContext;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed commands leave is told, and done away with only on demand; the rest of the repository stays as it is. */
class FsckRepairTest {
    private static final String TEMPORARY = ".tmp-0123456789abcdef";

    @TempDir
    private Path directory;

    private CommandLine neon;
    private Path repository;
    private Path timeline;

    @BeforeEach
    void makeARepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        repository = neon.repository();
        timeline = repository.resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "main"));
    }

    @AfterEach
    void stopServers() {
        neon.close();
    }

    private static void age(Path path) throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.toList()) {
                Files.setLastModifiedTime(each, old);
            }
        }
    }

    private static Path unfinished(Path path) throws IOException {
        if (path.getFileName().toString().contains("dir")) {
            Files.createDirectories(path);
            Files.writeString(path.resolve("file"), "x");
        } else {
            Files.createDirectories(path.getParent());
            Files.writeString(path, "x");
        }
        age(path);
        return path;
    }

    /** Told without {@code --repair}, listed with {@code --dry-run}, removed with {@code --repair}, and then gone. */
    private void assertRepaired(Path leftover, String how) {
        TestNeon.Result told = neon.run("fsck");
        assertEquals(0, told.code(), told.out());
        assertTrue(told.err().contains("\n    " + leftover + ": "), told.err());
        assertTrue(neon.ok("fsck", "--json").contains("\"path\" : \"" + leftover + "\""));
        assertTrue(neon.ok("fsck", "--repair", "--dry-run").contains(leftover + ": "));
        assertTrue(Files.exists(leftover), leftover.toString());
        String done = neon.ok("fsck", "--repair");
        assertTrue(done.lines().anyMatch(line -> line.startsWith(leftover + ": ") && line.contains(": " + how)), done);
        assertTrue(done.endsWith(": all is whole"), done);
        assertFalse(neon.run("fsck").err().contains("hint:"));
    }

    @Test
    void unfinishedFilesAndDirectories() throws IOException {
        neon.ok("fsck");
        TreeHash before = TreeHash.of(repository);
        for (Path place : List.of(repository, repository.resolve("refs/branches"), repository.resolve("logs"),
                repository.resolve("leases"), repository.resolve("run"), repository.resolve("fsck"), repository.resolve("datadirs"),
                timeline.getParent(), timeline, timeline.resolve("wal"), timeline.resolve("snapshots"),
                timeline.resolve("settings"))) {
            boolean isNew = !Files.exists(place);
            Path leftover = unfinished(place.resolve(TEMPORARY));
            assertRepaired(leftover, "removed");
            assertFalse(Files.exists(leftover), leftover.toString());
            if (isNew) {
                Files.delete(place);
            }
        }
        Path draft = unfinished(directory.resolve(".neon" + TEMPORARY));
        assertRepaired(draft, "removed");
        Path tree = timeline.resolve("snapshots").resolve(TEMPORARY);
        unfinished(tree.resolve("dir"));
        age(tree);
        assertRepaired(tree, "removed");
        Path scratch = repository.resolve("datadirs/scratch-0123456789abcdef");
        unfinished(scratch.resolve("dir"));
        assertRepaired(scratch, "removed");
        Files.deleteIfExists(repository.resolve("datadirs"));
        assertEquals(before.entries(), TreeHash.of(repository).entries());
    }

    @Test
    void whatSomebodyMayBeWritingStays() throws IOException {
        Path fresh = repository.resolve("logs").resolve(TEMPORARY);
        Files.writeString(fresh, "x");
        Path held = unfinished(timeline.resolve("snapshots").resolve(TEMPORARY));
        Path tree = unfinished(timeline.resolve("dir"));
        Path young = Files.move(tree, timeline.resolve(TEMPORARY));
        Files.writeString(young.resolve("new"), "x");
        Path scratch = Files.createDirectories(repository.resolve("datadirs/scratch-0123456789abcdef"));
        Repository opened = Repository.open(repository, TestContext.live());
        try (LockFile _ = opened.lock("snapshots"); LockFile _ = opened.lock("scratch-0123456789abcdef")) {
            TestNeon.Result result = neon.run("fsck", "--repair");
            assertTrue(result.out().endsWith(": all is whole\n") && result.out().lines().count() == 1, result.out());
            assertTrue(Files.exists(fresh) && Files.exists(held) && Files.exists(young) && Files.exists(scratch));
            assertTrue(Files.exists(repository.resolve("run/snapshots.lock")));
        }
        assertTrue(neon.ok("fsck", "--repair").contains(held + ": an unfinished file: removed"));
        assertTrue(Files.exists(fresh) && Files.exists(young) && !Files.exists(scratch));
    }

    @Test
    void locksOfTheDead() throws IOException {
        Files.createDirectories(repository.resolve("fsck"));
        for (String place : List.of("refs", "config", "run/snapshots", "fsck/verified")) {
            Path lock = LockFile.acquire(new DurableFiles(new NioFileSteps()), repository.resolve(place),
                    TestContext.doomed(new NioFileSteps()).process(), Duration.ZERO).file();
            TestNeon.Result told = neon.run("fsck", "--repair", "--dry-run");
            assertTrue(told.out().contains(lock + ": a lock of process "), told.out());
            String done = neon.ok("fsck", "--repair");
            assertTrue(done.contains(lock + ": a lock of process ") && done.contains(", which is dead: removed"), done);
            assertFalse(Files.exists(lock));
        }
        Path nameless = Files.createFile(repository.resolve("run/x.lock"));
        Path socket = Files.writeString(repository.resolve("run/.s.PGSQL.5432.lock"), "1\n");
        age(nameless);
        age(socket);
        assertRepaired(nameless, "removed");
        assertTrue(Files.exists(socket), "PostgreSQL's own");
    }

    @Test
    void aChangeOfRefsThatIsNotComplete() throws IOException {
        neon.ok("branch", "before");
        neon.ok("branch", "x");
        String operations = Files.readString(repository.resolve("logs/operations"));
        List<String> lines = operations.lines().toList();
        String first = operations.substring(0, operations.lastIndexOf(lines.getLast()));
        Path pending = repository.resolve("logs/pending");
        // As it was when the process had announced its operation and died.
        Files.writeString(pending, "log-length " + first.length() + "\n" + lines.getLast() + "\n");
        Files.writeString(repository.resolve("logs/operations"), first);
        Files.delete(repository.resolve("refs/branches/x"));
        assertRepaired(pending, "completed");
        assertTrue(Files.exists(repository.resolve("refs/branches/x")) && !Files.exists(pending));
        assertEquals(operations, Files.readString(repository.resolve("logs/operations")));

        Files.writeString(pending, "log-length x");
        TestNeon.Result damaged = neon.run("fsck");
        assertEquals(ExitCode.CORRUPT.number(), damaged.code());
        assertTrue(damaged.out().startsWith("journal: " + pending + ":0: "), damaged.out());
        assertTrue(damaged.err().contains(pending + ": the journal of refs is damaged"), damaged.err());
        assertTrue(neon.run("fsck", "--repair", "--dry-run").out().contains("would be put aside"));
        assertTrue(neon.ok("fsck", "--repair").contains(": put aside as '" + pending + "-damaged'"));
        assertTrue(neon.ok("branch").contains("before"));
    }

    @Test
    void theWalIndex() throws IOException {
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t (a int)", "SELECT pg_switch_wal()", "INSERT INTO t VALUES (1)",
                "SELECT pg_switch_wal()", "INSERT INTO t VALUES (2)");
        neon.ok("stop", "main");
        neon.ok("log", "main");
        Path part;
        try (Stream<Path> all = Files.list(timeline.resolve("wal-index"))) {
            part = all.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(part);
        for (int at : new int[] {3, 50, whole.length / 2, whole.length - 1}) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(part, damaged);
            assertRepaired(part, "made anew");
            assertTrue(Arrays.equals(whole, Files.readAllBytes(part)), "byte " + at);
        }
    }

    @Test
    void theMemory() throws IOException {
        neon.ok("fsck");
        Path verified = repository.resolve("fsck/verified");
        Files.writeString(verified, "x");
        String done = neon.ok("fsck", "--repair", "--dry-run");
        assertTrue(done.contains(verified + ": what fsck remembers is damaged: would remove"), done);
        assertEquals("x", Files.readString(verified));
        done = neon.ok("fsck", "--repair");
        assertTrue(done.contains(verified + ": what fsck remembers is damaged: removed"), done);
        assertTrue(Files.readString(verified).startsWith("version: 1\n"));
    }

    @Test
    void whatOnlyTheUserCanDo() throws IOException {
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
        neon.ok("stop", "main");
        neon.ok("snapshot", "create", "main");
        String lsn = neon.ok("rev-parse", "main").split("@")[1];
        List<Path> all;
        try (Stream<Path> list = Files.list(timeline.resolve("snapshots"))) {
            all = list.sorted().toList();
        }
        String spare = "damaged; fetch it from a remote that has it, or delete the snapshot: the one before and the WAL lead"
                + " to the same points";
        Path first = all.getFirst().resolve("layer-0001");
        Path second = all.getLast().resolve("layer-0001");
        flip(second);
        assertTrue(remedies().contains(second + ": " + spare), remedies());
        flip(first);
        assertFalse(remedies().contains("or delete"), remedies());
        assertTrue(remedies().contains(first + ": damaged; fetch it from a remote that has it\n"), remedies());
        flip(first);
        neon.ok("snapshot", "delete", "main@" + lsn);
        assertTrue(neon.ok("fsck").endsWith(": all is whole"), "what was advised helps");
        neon.ok("start", "main");
        assertEquals("1000", Sql.query(neon, "main", "SELECT count(*) FROM t"));
    }

    private String remedies() {
        TestNeon.Result result = neon.run("fsck", "--full", "--repair");
        assertEquals(ExitCode.CORRUPT.number(), result.code());
        return result.out();
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
    }
}
