package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.TimelineId;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A branch of a running server costs a few small files, whatever the size of the database. */
class BranchCostTest {
    private static final long LIMIT = 10_000;
    /** Rows of about 1,100 bytes, so that some seven of them fill a page. */
    private static final int ROWS_OF_A_MEGABYTE = 850;
    private static final String ROWS = "INSERT INTO wide SELECT g, repeat(md5(g::text), 34) FROM generate_series(1, %d) g";

    @TempDir
    Path directory;

    /** A file as it was at one moment; the key is another one once it has been replaced. */
    private record Seen(Object key, long size, FileTime changed) {}

    @Test
    void branchWritesTheSameFewBytesWhateverTheSizeOfTheDatabase() throws Exception {
        assertCostIsSmallAndConstant(20, 200);
    }

    @Test
    @Tag("nightly")
    void branchOfFiveGigabytesWritesNoMore() throws Exception {
        assertCostIsSmallAndConstant(20, 5_000);
    }

    private void assertCostIsSmallAndConstant(int smallMegabytes, int largeMegabytes) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, 18)) {
            neon.start("main", "synchronous_commit=off", "max_wal_size=20GB");
            neon.execute("main", "CREATE TABLE wide (id int, filler text)",
                    "ALTER TABLE wide ALTER filler SET STORAGE PLAIN");
            fill(neon, smallMegabytes);
            long small = costOfBranch(neon, "small");
            fill(neon, largeMegabytes - smallMegabytes);
            long large = costOfBranch(neon, "large");

            assertTrue(small > 0, "a branch is written somewhere");
            assertTrue(large < LIMIT, "a branch wrote " + large + " bytes");
            assertEquals(small, large, 100, "what a branch writes grew with the database");
        }
    }

    private static void fill(TestWorkspace neon, int megabytes) throws SQLException {
        neon.execute("main", ROWS.formatted(megabytes * ROWS_OF_A_MEGABYTE));
        long size = Long.parseLong(neon.query("main", "SELECT pg_relation_size('wide')").getFirst());
        assertTrue(size > megabytes * 900_000L, "the table holds " + size + " bytes only");
    }

    /** The bytes of all files that making a branch has created or changed, files that grow counted by what was added. */
    private static long costOfBranch(TestWorkspace neon, String name) throws IOException {
        Map<Path, Seen> before = files(neon);
        neon.branch(name, "main");
        long bytes = 0;
        for (Map.Entry<Path, Seen> after : files(neon).entrySet()) {
            Seen old = before.get(after.getKey());
            if (old == null || !after.getValue().key().equals(old.key())) {
                bytes += after.getValue().size();
            } else if (!after.getValue().equals(old)) {
                bytes += Math.max(after.getValue().size() - old.size(), 1);
            }
        }
        return bytes;
    }

    /** All files but those that the running server itself writes: its data directory, its WAL, its log. */
    private static Map<Path, Seen> files(TestWorkspace neon) throws IOException {
        TimelineId main = neon.timeline("main");
        var repository = neon.workspace().repository();
        Path dataDirectory = repository.dataDirectory(main);
        Path wal = repository.timelines().walDirectory(main);
        Map<Path, Seen> files = new TreeMap<>();
        Files.walkFileTree(neon.directory(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                return visited.equals(dataDirectory) || visited.equals(wal) ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && !file.toString().endsWith(".log")) {
                    files.put(file, new Seen(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
