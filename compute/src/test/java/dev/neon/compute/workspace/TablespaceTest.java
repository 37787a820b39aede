package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.process.ServerUser;
import dev.neon.snapshot.Snapshot;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.revision.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two branches must not share files, so what lies outside of the data directory cannot be branched. */
class TablespaceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anExternalTablespaceWorksUntilItIsToBeSharedOrRebuilt(int format) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, TestPostgres.major(18), format)) {
            Path space = Files.createDirectory(directory.resolve("space"));
            ServerUser.current().own(space);
            neon.start("main");
            neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
            neon.workspace().tags().create("before", neon.resolve("main"), Optional.empty(), false);
            neon.execute("main", "CREATE TABLESPACE far LOCATION '" + space + "'",
                    "CREATE TABLE far_t TABLESPACE far AS SELECT g a FROM generate_series(1, 100) g");
            neon.stop("main");
            neon.start("main");
            assertEquals(List.of("100"), neon.query("main", "SELECT count(*) FROM far_t"));

            neon.branch("early", "before");
            neon.start("early");
            assertEquals(List.of("100"), neon.query("early", "SELECT count(*) FROM t"));
            neon.branch("late", "main");
            assertRefused(space, () -> neon.start("late"));
            if (format == 1) {
                // Layers have the pages of the tablespace as well; it is only not to be made again elsewhere.
                assertRefused(space, () -> neon.workspace().snapshotCreation()
                        .create(neon.timeline("main"), "main", "postgres"));
            }
            Point tip = neon.resolve("main");
            assertRefused(space, () -> neon.workspace().dataDirectories()
                    .export(tip.timeline(), tip.lsn(), directory.resolve("exported")));
            assertTrue(Files.notExists(directory.resolve("exported")));
            neon.stop("main");
            if (format == 1) {
                assertRefused(space, () -> neon.workspace().snapshotCreation()
                        .create(neon.timeline("main"), "main", "postgres"));
                assertEquals(1, neon.workspace().snapshots().list(neon.timeline("main")).size());
            } else {
                Snapshot between = neon.workspace().snapshotCreation()
                        .create(neon.timeline("main"), "main", "postgres");
                neon.branch("at", "main@" + between.lsn());
                assertRefused(space, () -> neon.start("at"));
            }

            // The way out that the message gives: without it and with a new snapshot all is well again.
            neon.start("main");
            neon.execute("main", "ALTER TABLE far_t SET TABLESPACE pg_default", "DROP TABLESPACE far");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            neon.branch("later", "main");
            neon.start("later");
            assertEquals(List.of("100"), neon.query("later", "SELECT count(*) FROM far_t"));
        }
    }

    @Test
    void aDataDirectoryThatIsGoneTakesTheBranchWithIt() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, 15)) {
            Path space = Files.createDirectory(directory.resolve("space"));
            ServerUser.current().own(space);
            neon.start("main");
            neon.execute("main", "CREATE TABLESPACE far LOCATION '" + space + "'");
            neon.stop("main");
            neon.deleteDataDirectory("main");
            assertRefused(space, () -> neon.start("main"));
            assertTrue(Files.notExists(neon.workspace().repository().dataDirectory(neon.timeline("main"))));
        }
    }

    private static void assertRefused(Path space, Executable action) {
        UnsupportedException refused = assertThrows(UnsupportedException.class, action);
        assertTrue(refused.getMessage().contains(space.toString()), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void inPlaceTablespacesAreBranchedAndRebuilt(int major) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main");
            neon.execute("main", "ALTER SYSTEM SET allow_in_place_tablespaces = on", "SELECT pg_reload_conf()",
                    "SELECT pg_sleep(0.1)");
            neon.execute("main", "CREATE TABLESPACE near LOCATION ''",
                    "CREATE TABLE t TABLESPACE near AS SELECT g a FROM generate_series(1, 1000) g");
            neon.branch("child", "main");
            neon.execute("main", "DELETE FROM t WHERE a <= 100");
            neon.start("child");
            neon.execute("child", "DELETE FROM t WHERE a <= 200");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            neon.execute("main", "INSERT INTO t VALUES (0)");
            for (String branch : List.of("main", "child")) {
                neon.stop(branch);
                neon.deleteDataDirectory(branch);
                neon.start(branch);
            }
            assertEquals(List.of("901"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("800"), neon.query("child", "SELECT count(*) FROM t"));
        }
    }
}
