package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forks of forks: over timelines that never ran, and at points below the first segment that a fork has of its own. */
class ForkChainTest {
    @TempDir
    Path directory;

    @Test
    void forksOfForks() throws Exception {
        chain(PostgresBinaries.NEWEST_MAJOR);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    @Tag("nightly")
    void forksOfForks(int major) throws Exception {
        chain(major);
    }

    private void chain(int major) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t (id int)");
            Lsn ten = write(neon, "main", 10);
            Lsn twenty = write(neon, "main", 10);
            Lsn thirty = write(neon, "main", 10);
            write(neon, "main", 10);

            neon.branch("a", "main@" + thirty);
            neon.branch("b", "a@" + twenty);
            neon.branch("c", "b");
            neon.branch("d", "c");
            requireRows(neon, "d", 20);
            write(neon, "d", 5);
            Lsn twentyFive = neon.resolve("d").lsn();
            write(neon, "d", 5);
            rebuild(neon, "d", 30);

            neon.branch("below", "d@" + ten);
            requireRows(neon, "below", 10);
            neon.branch("e", "d@" + twentyFive);
            neon.branch("f", "e");
            requireRows(neon, "f", 25);
            write(neon, "f", 1);
            neon.branch("f-below", "f@" + ten);
            requireRows(neon, "f-below", 10);

            // Those in the middle start only now, after their children have gone on.
            requireRows(neon, "a", 30);
            requireRows(neon, "b", 20);
            requireRows(neon, "c", 20);
            requireRows(neon, "e", 25);
            for (String branch : new String[] {"a", "b", "c", "e"}) {
                write(neon, branch, 100);
            }
            rebuild(neon, "d", 30);
            rebuild(neon, "f", 26);
            rebuild(neon, "b", 120);
            rebuild(neon, "main", 40);
        }
    }

    /** Adds rows and goes to another segment; what is returned lies before the switch. */
    private static Lsn write(TestWorkspace neon, String branch, int rows) throws SQLException {
        neon.execute(branch, "INSERT INTO t SELECT generate_series(1, " + rows + ")");
        Lsn end = neon.resolve(branch).lsn();
        neon.execute(branch, "SELECT pg_switch_wal()");
        return end;
    }

    private static void requireRows(TestWorkspace neon, String branch, int expected) throws SQLException {
        neon.start(branch);
        assertEquals("" + expected, neon.query(branch, "SELECT count(*) FROM t").getFirst(), branch);
    }

    private static void rebuild(TestWorkspace neon, String branch, int expected) throws Exception {
        ServerKill.all(neon, branch);
        neon.deleteDataDirectory(branch);
        requireRows(neon, branch, expected);
    }
}
