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
                "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 30000) i", "VACUUM t",
                // The records of a vacuum are no transaction that waits for the disk.
                "CHECKPOINT");
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

    /** What the unchanged bytes of a row mean may change. */
    @Test
    void whatBytesMean() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, MAJOR)) {
            test.start("main", "autovacuum=off");
            test.execute("main", "CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE TABLE moods (id integer PRIMARY KEY, m mood)",
                    "INSERT INTO moods VALUES (1, 'sad'), (2, 'ok')", "CREATE TABLE kinds (id integer PRIMARY KEY, r regclass)",
                    "INSERT INTO kinds VALUES (1, 'moods'), (2, 'kinds')", "CREATE TABLE defaults (id integer PRIMARY KEY)",
                    "INSERT INTO defaults SELECT generate_series(1, 3)", "CREATE TABLE names (id integer PRIMARY KEY, old text)",
                    "INSERT INTO names VALUES (1, 'x')", "CREATE TABLE same (id integer PRIMARY KEY)", "INSERT INTO same VALUES (1)");
            test.branch("try", "main");
            test.start("try", "autovacuum=off");
            test.execute("try", "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER TABLE moods RENAME TO feelings",
                    "ALTER TABLE feelings RENAME TO moods", "CREATE SCHEMA s", "ALTER TABLE kinds SET SCHEMA s", "ALTER TABLE s.kinds SET SCHEMA public",
                    "ALTER TABLE defaults ADD COLUMN n integer DEFAULT 7", "ALTER TABLE names RENAME old TO new",
                    "CREATE TABLE other (id integer)", "ALTER TABLE moods RENAME TO renamed", "CREATE TABLE moods (id integer PRIMARY KEY, m mood)",
                    "INSERT INTO moods SELECT * FROM renamed");
            CollectedRows found = new CollectedRows();
            new RowDifference(test.workspace(), note -> {}).compare(test.resolve("main"), test.resolve("try"), "postgres",
                    List.of("moods", "kinds", "defaults", "names", "same"), found);
            assertEquals(List.of("~ [<2>, <ok>] => [<2>, <fine>]"), found.lines("moods"));
            assertEquals(List.of("~ [<1>, <public.moods>] => [<1>, <public.renamed>]"), found.lines("kinds"));
            assertEquals(List.of("~ [<1>, NULL] => [<1>, <7>]", "~ [<2>, NULL] => [<2>, <7>]", "~ [<3>, NULL] => [<3>, <7>]"),
                    found.lines("defaults"));
            assertEquals(List.of("~ [<1>, NULL, <x>] => [<1>, <x>, NULL]"), found.lines("names"));
            assertEquals(List.of(), found.lines("same"));
        }
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
