package dev.neon.compute.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.SizedRelation;
import dev.neon.compute.pages.ShownPages.Shown;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.pageview.PageView;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.revision.Point;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of a point, once the server has gone on and a snapshot was made, is what the server had then. */
class PointViewTest {
    private static final String RELATIONS = """
            select n.nspname || '.' || relname || ' ' || relkind::text || ' ' || pg_relation_filepath(c.oid) || ' '
                    || pg_relation_size(c.oid) / 8192
            from pg_class c join pg_namespace n on n.oid = relnamespace
            where relkind in ('r', 'i', 'S', 't', 'm') and reltablespace <> 1664 order by 1""";
    /** Hints, which WAL does not tell (REL_17 bufmask.c mask_page_hint_bits, heapam_xlog.c, nbtxlog.c). */
    private static final Set<String> HINTS = Set.of("checksum", "flags", "prune_xid", "t_infomask", "raw_flags",
            "combined_flags", "t_field3", "dead", "live_items", "dead_items", "btpo_flags", "btpo_cycleid");
    private static final Map<String, String> KINDS = Map.of("table", "r", "index", "i", "sequence", "S", "toast table", "t",
            "materialized view", "m");

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void pointsOfTheServer(int major) throws Exception {
        try (TestWorkspace workspace = TestWorkspace.init(home, major)) {
            workspace.start("main", "autovacuum=off");
            workspace.execute("main", ShownPages.STATEMENTS.toArray(String[]::new));
            Map<Shown, Map<Integer, Page>> pages = new HashMap<>();
            List<String> relations = workspace.query("main", RELATIONS);
            try (Connection connection = workspace.connect("main")) {
                for (Shown shown : ShownPages.RELATIONS) {
                    // A look at catalogs changes hints in them.
                    if (Set.of("heap", "btree").contains(shown.method()) && !shown.name().startsWith("pg_")) {
                        pages.put(shown, pages(connection, shown.name()));
                    }
                }
            }
            workspace.execute("main", "select pg_logical_emit_message(true, 'neon', 'all WAL up to here is flushed')");
            Point then = workspace.resolve("main");
            workspace.execute("main", "update t set dup = dup + 1", "vacuum full t", "drop table many", "vacuum full pg_class",
                    "create table later(a int)");
            workspace.workspace().snapshotCreation().create(workspace.timeline("main"), "main", "postgres");
            int compared = 0;
            try (PointView view = PointView.open(workspace.workspace(), then)) {
                Database database = view.catalog().database("postgres");
                assertEquals(relations, view.catalog().relations(database).stream().map(sized -> line(view, sized)).sorted()
                        .toList());
                for (Map.Entry<Shown, Map<Integer, Page>> shown : pages.entrySet()) {
                    PointView.Found found = view.find("postgres", shown.getKey().name(), ForkNumber.MAIN);
                    assertEquals(shown.getValue().size(), view.blocks(found));
                    for (Map.Entry<Integer, Page> page : shown.getValue().entrySet()) {
                        compared += compare(page.getValue(), view.read(found, page.getKey()),
                                shown.getKey().name() + " " + page.getKey());
                    }
                }
            }
            assertTrue(compared > 15_000, compared + " items");
        }
    }

    private static String line(PointView view, SizedRelation sized) {
        return sized.relation().qualifiedName() + ' ' + KINDS.get(sized.relation().kind().word()) + ' '
                + RelationPath.of(view.major(), sized.relation().file(), ForkNumber.MAIN) + ' ' + sized.main();
    }

    private static int compare(Page expected, Page actual, String where) {
        PageView theirs = PageView.of(expected, ForkNumber.MAIN);
        PageView ours = PageView.of(actual, ForkNumber.MAIN);
        assertEquals(theirs.kind(), ours.kind(), where);
        assertEquals(text(theirs.header()), text(ours.header()), where);
        assertEquals(text(theirs.contents().special()), text(ours.contents().special()), where);
        assertEquals(text(theirs.contents().meta()), text(ours.contents().meta()), where);
        assertEquals(theirs.contents().items().stream().map(PointViewTest::text).toList(),
                ours.contents().items().stream().map(PointViewTest::text).toList(), where);
        return ours.contents().items().size();
    }

    private static String text(PageFields fields) {
        return fields.all().stream().filter(field -> !HINTS.contains(field.name()))
                .map(field -> field.name() + '=' + field.value()).collect(Collectors.joining(" "));
    }

    private static Map<Integer, Page> pages(Connection connection, String name) throws SQLException {
        Map<Integer, Page> pages = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("select i,"
                + " get_raw_page('" + name + "', i::int) from generate_series(0, pg_relation_size('" + name
                + "') / 8192 - 1) i")) {
            while (rows.next()) {
                pages.put(rows.getInt(1), Page.of(rows.getBytes(2)));
            }
        }
        return pages;
    }
}
