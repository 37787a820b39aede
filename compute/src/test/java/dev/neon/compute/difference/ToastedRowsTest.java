package dev.neon.compute.difference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.RelationKind;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.layer.ForkKey;
import dev.neon.rmgr.btree.OidSearch;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Toasted values of a few rows, out of a toast table whose index has several levels. */
class ToastedRowsTest {
    private static final int MAJOR = TestPostgres.majors().max().orElseThrow();
    private static final String VALUE = "(SELECT string_agg(md5(i::text || j || '%s'), '') FROM generate_series(1, %d) j)";

    @TempDir
    Path directory;

    @Test
    void fewOfManyValues() throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, MAJOR)) {
            test.start("main", "autovacuum=off");
            test.execute("main", "CREATE TABLE docs (id integer PRIMARY KEY, n integer, d text, e text)",
                    "ALTER TABLE docs ALTER d SET STORAGE EXTERNAL, ALTER e SET STORAGE EXTERNAL",
                    "INSERT INTO docs SELECT i, 0, " + VALUE.formatted("a", 160) + ", NULL FROM generate_series(1, 3000) i",
                    // So many chunks that they take several leaves.
                    "UPDATE docs SET e = (SELECT string_agg(md5(j::text), '') FROM generate_series(1, 60000) j) WHERE id = 1500",
                    "VACUUM docs");
            test.workspace().snapshotCreation().create(test.timeline("main"), "main", "postgres");
            test.branch("try", "main");
            test.start("try", "autovacuum=off");
            test.execute("try", "UPDATE docs i SET d = (SELECT string_agg(md5(j::text || 'new'), '') FROM generate_series(1, 200) j)"
                    + " WHERE id IN (3, 1700)", "UPDATE docs SET n = 1 WHERE id IN (1500, 2999)", "DELETE FROM docs WHERE id = 1000",
                    "INSERT INTO docs SELECT i, 2, " + VALUE.formatted("b", 90) + ", 'short' FROM generate_series(5000, 5002) i",
                    "VACUUM docs");
            test.execute("main", "DELETE FROM docs WHERE id = 1", "UPDATE docs SET e = repeat('x', 9000) WHERE id = 2");
            try (Connection main = test.connect("main"); Connection side = test.connect("try"); Connection judge = test.connect("try")) {
                CollectedRows found = new CollectedRows();
                new RowDifference(test.workspace(), note -> {}).compare(test.resolve("main"), test.resolve("try"), "postgres",
                        List.of("docs"), found);
                assertEquals(10, found.lines("docs").size());
                assertEquals(new RowOracle(main, side, judge).differences(found.layouts().get("docs")), found.lines("docs"));
            }
            searchReadsFewPages(test);
        }
    }

    private static void searchReadsFewPages(TestWorkspace test) {
        try (Side side = Side.open(test.workspace(), true, test.resolve("main"))) {
            Database database = side.database("postgres").orElseThrow();
            CatalogRelation index = side.catalog().relations(database).stream().map(sized -> sized.relation())
                    .filter(relation -> relation.table().name().equals("docs") && relation.kind() == RelationKind.INDEX
                            && relation.owner().orElseThrow().kind() == RelationKind.TOAST_TABLE).findFirst().orElseThrow();
            ForkKey fork = new ForkKey(index.file(), ForkNumber.MAIN.ordinal());
            int blocks = side.pages().metadata().blocks(fork);
            assertTrue(blocks > 20, "one level is no search: " + blocks);
            OidSearch search = new OidSearch(block -> {
                Page page = Page.zero();
                side.pages().read(fork, block, page.bytes());
                return page;
            });
            long some = 20000;
            search.find(new TreeSet<>(List.of(some)));
            assertTrue(search.visited().cardinality() <= 6, search.visited()::toString);
            assertTrue(search.rows().cardinality() <= 4, search.rows()::toString);
        }
    }
}
