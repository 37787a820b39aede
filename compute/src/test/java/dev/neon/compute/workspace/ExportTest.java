package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.revision.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export is started by a PostgreSQL that knows nothing of neon. */
class ExportTest {
    private static final PostgresBinaries POSTGRES = TestPostgres.major(17);

    @TempDir
    Path directory;

    private Path target;

    @BeforeEach
    void place() {
        target = directory.resolve("exported");
    }

    private static void export(TestWorkspace neon, String revision, Path target) {
        Point point = neon.resolve(revision);
        neon.workspace().dataDirectories().export(point.timeline(), point.lsn(), target);
    }

    /** Rows that the plain server sees; the file system of an export must lead nowhere else. */
    private String countIn(Path exported) throws Exception {
        try (var tree = Files.walk(exported)) {
            assertFalse(tree.anyMatch(Files::isSymbolicLink), "an export stands alone");
        }
        try (PlainCluster plain = PlainCluster.at(exported, POSTGRES).start()) {
            String rows = plain.query("SELECT count(*) FROM t").getFirst();
            plain.execute("INSERT INTO t VALUES (-1)");
            plain.stop().start();
            assertEquals(Integer.toString(Integer.parseInt(rows) + 1), plain.query("SELECT count(*) FROM t").getFirst());
            return rows;
        }
    }

    @Test
    void tipThePastAForkAndASegmentsBoundary() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, POSTGRES)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g",
                    "ALTER SYSTEM SET work_mem = '7MB'");
            neon.workspace().tags().create("past", neon.resolve("main"), Optional.empty(), false);
            neon.execute("main", "INSERT INTO t SELECT g FROM generate_series(101, 110) g", "SELECT pg_switch_wal()");
            neon.workspace().tags().create("boundary", neon.resolve("main"), Optional.empty(), false);
            assertEquals(0, neon.resolve("boundary").lsn().value() % (16 << 20));
            neon.branch("fork", "past");
            neon.start("fork");
            neon.execute("fork", "DELETE FROM t WHERE a <= 40");
            neon.workspace().tags().create("on-fork", neon.resolve("fork"), Optional.empty(), false);
            neon.execute("fork", "DROP TABLE t");
            neon.execute("main", "INSERT INTO t SELECT g FROM generate_series(111, 111) g");

            // While both servers run, and from one snapshot alone.
            export(neon, "main", target);
            assertEquals("111", countIn(target));
            export(neon, "past", directory.resolve("second"));
            export(neon, "past", directory.resolve("third"));
            assertEquals("100", countIn(directory.resolve("second")));
            assertEquals("100", countIn(directory.resolve("third")));
            export(neon, "boundary", directory.resolve("fourth"));
            assertEquals("110", countIn(directory.resolve("fourth")));
            export(neon, "on-fork", directory.resolve("fifth"));
            assertEquals("60", countIn(directory.resolve("fifth")));
            assertEquals(List.of("111"), neon.query("main", "SELECT count(*) FROM t"));
            assertThrows(AlreadyExistsException.class, () -> export(neon, "main", target));
        }
    }

    @Test
    void afterASnapshotOfARunningServer() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, POSTGRES)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 1000) g",
                    "ALTER SYSTEM SET work_mem = '7MB'");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            Point point = neon.resolve("main");
            neon.execute("main", "TRUNCATE t", "ALTER SYSTEM SET work_mem = '8MB'");
            neon.workspace().dataDirectories().export(point.timeline(), point.lsn(), target);
            assertEquals("1000", countIn(target));
            neon.execute("main", "INSERT INTO t VALUES (1)");
            neon.stop("main");
            export(neon, "main", directory.resolve("stopped"));
            ControlFile control = ControlFile.read(directory.resolve("stopped/global/pg_control"));
            assertEquals(neon.timeline("main"), point.timeline());
            assertEquals("1", countIn(directory.resolve("stopped")));
            assertEquals(17, control.major().number());
        }
    }
}
