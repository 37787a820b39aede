package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.repo.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main job, on every major: start, write, branch, write on both, lose the data directories, start again. */
class MainJobTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void branchesGoTheirOwnWaysAndSurviveTheLossOfDataDirectories(int major) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            Instance main = neon.start("main");
            assertEquals(major, Integer.parseInt(neon.query("main", "SHOW server_version_num").getFirst()) / 10000);
            neon.execute("main", "CREATE TABLE t (a int PRIMARY KEY, b text)",
                    "INSERT INTO t SELECT g, 'parent' FROM generate_series(1, 1000) g");
            TimelineId heikki = neon.branch("heikki", "main");
            neon.execute("main", "INSERT INTO t VALUES (2000, 'only on main')");

            neon.start("heikki");
            assertEquals(List.of("1000"), neon.query("heikki", "SELECT count(*) FROM t"));
            neon.execute("heikki", "INSERT INTO t VALUES (3000, 'only on heikki')", "DELETE FROM t WHERE a <= 10");
            assertEquals(List.of("1001"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("991"), neon.query("heikki", "SELECT count(*) FROM t"));

            neon.workspace().tags().create("before", neon.resolve("main"), Optional.of("a message"), false);
            neon.execute("main", "DROP TABLE t");
            neon.stop("main");
            neon.stop("heikki");
            neon.deleteDataDirectory("main");
            neon.deleteDataDirectory("heikki");
            neon.branch("try", "before");
            for (String branch : List.of("main", "heikki", "try")) {
                neon.start(branch);
            }
            assertEquals(List.of("f"), neon.query("main", "SELECT to_regclass('t') IS NOT NULL"));
            assertEquals(List.of("991"), neon.query("heikki", "SELECT count(*) FROM t"));
            assertEquals(List.of("1001"), neon.query("try", "SELECT count(*) FROM t"));
            assertTrue(noLinksAreLeft(neon, heikki), "ancestors' segments are linked for recovery only");
            assertFalse(main.connectionString("postgres", "postgres").isEmpty());
        }
    }

    private static boolean noLinksAreLeft(TestWorkspace neon, TimelineId timeline) throws Exception {
        try (var files = Files.list(neon.workspace().repository().timelines().walDirectory(timeline))) {
            return files.noneMatch(Files::isSymbolicLink);
        }
    }
}
