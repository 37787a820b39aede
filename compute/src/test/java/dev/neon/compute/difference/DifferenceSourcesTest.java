package dev.neon.compute.difference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.catalog.FileCatalog.Database;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.revision.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that differ, where there is no WAL any more, or no pages without a server; and how many blocks are read for them. */
class DifferenceSourcesTest {
    private static final int SEGMENT = 16 << 20;
    private static final int MAJOR = TestPostgres.majors().max().orElseThrow();
    private static final List<String> EXPECTED = List.of("+ [<30001>, <new>]", "- [<7>, <row 7>]",
            "~ [<20000>, <row 20000>] => [<20000>, <changed>]", "~ [<5>, <row 5>] => [<5>, <changed>]");

    @TempDir
    Path directory;

    private static void fill(TestWorkspace test) throws Exception {
        test.start("main", "autovacuum=off");
        test.execute("main", "CREATE TABLE t (id integer PRIMARY KEY, name text)",
                "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 30000) i", "VACUUM t");
    }

    private static void change(TestWorkspace test) throws Exception {
        test.branch("try", "main");
        test.start("try", "autovacuum=off");
        test.execute("try", "UPDATE t SET name = 'changed' WHERE id IN (5, 20000)", "SELECT pg_switch_wal()", "DELETE FROM t WHERE id = 7",
                "SELECT pg_switch_wal()", "INSERT INTO t VALUES (30001, 'new')", "SELECT pg_switch_wal()");
    }

    private static List<String> rows(TestWorkspace test, List<String> notes) {
        CollectedRows found = new CollectedRows();
        assertTrue(new RowDifference(test.workspace(), notes::add)
                .compare(test.resolve("main"), test.resolve("try"), "postgres", List.of("t"), found));
        return found.lines("t");
    }

    private static Map<RelFileLocator, BitSet> blocks(TestWorkspace test) {
        try (Side from = Side.open(test.workspace(), true, test.resolve("main"));
                Side to = Side.open(test.workspace(), false, test.resolve("try"))) {
            Both<Side> sides = new Both<>(from, to);
            Both<Database> databases = new Both<>(from.database("postgres").orElseThrow(), to.database("postgres").orElseThrow());
            return new BlockChoice(test.workspace(), sides, databases).of(new TableSearch("postgres", from, to).find(List.of("t")));
        }
    }

    @Test
    void onlyChangedBlocksAreRead() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, MAJOR)) {
            fill(test);
            test.workspace().snapshotCreation().create(test.timeline("main"), "main", "postgres");
            change(test);
            Map<RelFileLocator, BitSet> byWal = blocks(test);
            assertEquals(1, byWal.size());
            assertTrue(byWal.values().iterator().next().cardinality() <= 4, byWal::toString);
            assertEquals(EXPECTED, rows(test, new ArrayList<>()));

            test.workspace().snapshotCreation().create(test.timeline("try"), "try", "postgres");
            test.stop("try");
            test.workspace().snapshotCreation().create(test.timeline("try"), "try", "postgres");
            removeWal(test, test.resolve("main").lsn(), test.resolve("try").lsn());
            Map<RelFileLocator, BitSet> byLayers = blocks(test);
            assertEquals(byWal, byLayers);
            assertEquals(EXPECTED, rows(test, new ArrayList<>()));
            NotFoundException noSummary = assertThrows(NotFoundException.class, () ->
                    ClusterDifference.of(test.workspace(), test.resolve("main"), test.resolve("try")));
            assertTrue(noSummary.getMessage().contains("is not there any more"), noSummary.getMessage());
        }
    }

    /** The whole segments between. */
    private static void removeWal(TestWorkspace test, Lsn from, Lsn to) throws IOException {
        Path wal = test.workspace().repository().timelines().walDirectory(test.timeline("try"));
        int removed = 0;
        try (Stream<Path> files = Files.list(wal)) {
            for (Path file : files.filter(one -> one.getFileName().toString().matches("[0-9A-F]{24}")).toList()) {
                String name = file.getFileName().toString();
                long segment = Long.parseLong(name.substring(8, 16), 16) << 8 | Long.parseLong(name.substring(16), 16);
                if (segment > from.value() / SEGMENT && segment < to.value() / SEGMENT) {
                    Files.delete(file);
                    removed++;
                }
            }
        }
        assertTrue(removed > 0);
    }

    @Test
    void snapshotsOfRunningServersOnly() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, TestPostgres.major(MAJOR), 1)) {
            fill(test);
            test.workspace().snapshotCreation().create(test.timeline("main"), "main", "postgres");
            Path first = test.workspace().snapshots().list(test.timeline("main")).getFirst().directory();
            test.workspace().repository().files().deleteTree(first);
            change(test);
            List<String> notes = new ArrayList<>();
            assertEquals(EXPECTED, rows(test, notes));
            assertEquals(2, notes.size(), notes::toString);
            List<SchemaChange> none = new SchemaDifference(test.workspace(), note -> {})
                    .compare(test.resolve("main"), test.resolve("try"), name -> true);
            assertEquals(List.of(), none);
        }
    }

    @Test
    void whereHistoriesPart() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, MAJOR)) {
            fill(test);
            Point main = test.resolve("main");
            assertEquals(main.lsn(), CommonPoint.of(test.workspace().repository(), main, main).orElseThrow().lsn());
            test.branch("side", "main");
            test.branch("other", "main");
            assertEquals(main.timeline(), CommonPoint.of(test.workspace().repository(), test.resolve("side"),
                    test.resolve("other")).orElseThrow().timeline());
        }
    }
}
