package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full or read-only; needs the right to mount one. */
class StorageTest {
    @TempDir
    Path directory;

    private CommandLine neon;

    @BeforeEach
    void mountADisk() throws Exception {
        assumeTrue(mount("mount", "-t", "tmpfs", "-o", "size=100m", "neon-test", directory.toString()),
                "needs the right to mount");
        neon = new CommandLine(directory);
    }

    @AfterEach
    void unmount() throws Exception {
        if (neon != null) {
            mount("mount", "-o", "remount,rw,size=1g", directory.toString());
            neon.close();
            mount("umount", directory.toString());
        }
    }

    @Test
    void aFullDisk() throws Exception {
        leaveFree(10 << 20);
        neon.fails(ExitCode.STORAGE_FAILED, "init");
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(0, left.filter(path -> !path.endsWith("ballast")).count(), "a failed init leaves nothing");
        }
        Files.delete(directory.resolve("ballast"));
        neon.ok("init");
        leaveFree(10 << 20);
        String message = neon.fails(ExitCode.STORAGE_FAILED, "start");
        assertTrue(message.contains("no space left") && message.contains("Free some space"), message);
        assertEquals("", neon.ok("ps"));
        neon.fails(ExitCode.STORAGE_FAILED, "export", "main", "copy");
        assertTrue(Files.notExists(directory.resolve("copy")), "a failed export leaves nothing");

        Files.delete(directory.resolve("ballast"));
        neon.ok("start");
        neon.ok("stop");
        leaveFree(0);
        neon.fails(ExitCode.STORAGE_FAILED, "snapshot", "create");
        neon.fails(ExitCode.STORAGE_FAILED, "branch", "x");
        neon.fails(ExitCode.STORAGE_FAILED, "tag", "x");
        neon.fails(ExitCode.STORAGE_FAILED, "config", "set", "postgres.user", "me");
        neon.ok("branch");
        neon.ok("status");
        Files.delete(directory.resolve("ballast"));
        neon.ok("branch", "x");
        neon.ok("start", "x");
    }

    /** Collecting makes room on a disk that has none at all; what is needed is not harmed by what failed before. */
    @Test
    void aFullDiskIsCollected() throws Exception {
        assertTrue(mount("mount", "-o", "remount,size=600m", directory.toString()));
        neon.ok("init");
        neon.ok("config", "set", "gc.reflogExpire", "0s");
        neon.ok("config", "set", "gc.horizon", "0");
        neon.ok("start");
        Sql.run(neon, "main", "create table t as select g as a, repeat('x', 400) as b from generate_series(1, 100000) g");
        neon.ok("stop");
        neon.ok("snapshot", "create");
        neon.ok("branch", "dropped");
        neon.ok("start", "dropped");
        Sql.run(neon, "dropped", "insert into t select g, repeat('y', 400) from generate_series(1, 50000) g");
        neon.ok("stop", "dropped");
        neon.ok("branch", "-D", "dropped");
        neon.ok("start");
        Sql.run(neon, "main", "insert into t select g, repeat('z', 400) from generate_series(1, 1000) g");
        neon.ok("stop");
        neon.ok("pg", "destroy", "main");
        // Their time is over, and nothing of that can be written.
        neon.ok("branch", "try", "--expires", "1s");
        neon.ok("lease", "main", "--for", "1s");
        Thread.sleep(1100);
        leaveFree(0);
        neon.fails(ExitCode.STORAGE_FAILED, "branch", "x");
        neon.fails(ExitCode.STORAGE_FAILED, "start");
        assertTrue(neon.ok("gc", "--prune", "now").contains("are free now"));
        neon.ok("snapshot", "create");
        neon.ok("fsck", "--full");
        Files.delete(directory.resolve("ballast"));
        leaveFree(150 << 20);
        neon.ok("start");
        assertEquals("101000", Sql.query(neon, "main", "select count(*) from t"));
        neon.ok("stop");
    }

    /** With so little left a command fails amid its work, and leaves nothing that harms or takes room. */
    @Test
    void aDiskThatIsNearlyFull() throws Exception {
        assertTrue(mount("mount", "-o", "remount,size=200m", directory.toString()));
        neon.ok("init");
        neon.ok("start");
        Sql.run(neon, "main", "create table t as select g as a, md5(g::text) as b from generate_series(1, 20000) g");
        neon.ok("stop");
        String names = neon.ok("branch", "--porcelain");
        String snapshots = neon.ok("snapshot", "list");
        for (int left : new int[] {100, 200, 300}) {
            leaveFree(left << 10);
            long free = free();
            neon.fails(ExitCode.STORAGE_FAILED, "snapshot", "create");
            assertEquals(free, free(), "a snapshot that failed takes no room");
            neon.ok("fsck", "--full");
        }
        assertEquals(snapshots, neon.ok("snapshot", "list"));
        for (int left = 0; left <= 48; left += 8) {
            leaveFree(left << 10);
            if (neon.run("branch", "x").code() == 0) {
                neon.ok("branch", "-D", "x");
            }
            assertEquals(names, neon.ok("branch", "--porcelain"));
            neon.ok("fsck", "--full");
        }
        Files.delete(directory.resolve("ballast"));
        neon.ok("snapshot", "create");
        neon.ok("branch", "x");
        neon.ok("start", "x");
        assertEquals("20000", Sql.query(neon, "x", "select count(*) from t"));
        neon.ok("stop", "x");
        neon.ok("fsck", "--full");
    }

    private long free() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Test
    void aReadOnlyFileSystem() throws Exception {
        neon.ok("init");
        neon.ok("start");
        neon.ok("stop");
        neon.ok("tag", "v1");
        assertTrue(mount("mount", "-o", "remount,ro", directory.toString()));
        for (String line : new String[] {"status", "branch", "branch --json", "tag", "ps", "rev-parse HEAD v1",
                "rev-parse main@{0}", "snapshot list", "config list", "config get core.repositoryId", "pg list",
                "instance logs -n 1", "__complete revisions"}) {
            neon.ok(line.split(" "));
        }
        for (String line : new String[] {"start", "start --read-only v1", "branch x", "branch -m main x", "tag x",
                "tag -d v1", "config set postgres.user me", "snapshot create", "init elsewhere", "export v1 copy",
                "restart", "pg destroy main"}) {
            String message = neon.fails(ExitCode.STORAGE_FAILED, line.split(" "));
            assertTrue(message.contains("read-only file system") && message.contains("hint: "), message);
        }
    }

    /** Fills the disk but for so many bytes. */
    private void leaveFree(long bytes) throws IOException {
        Path ballast = directory.resolve("ballast");
        Files.deleteIfExists(ballast);
        long free = free();
        try (var out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[64 << 10];
            for (long left = free - bytes; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(block.length, left));
            }
        }
    }

    private static boolean mount(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
