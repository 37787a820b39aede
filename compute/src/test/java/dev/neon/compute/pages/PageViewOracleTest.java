package dev.neon.compute.pages;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.pages.ShownPages.Shown;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.page.FieldValue;
import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.pageview.PageKind;
import dev.neon.pageview.PageView;
import dev.neon.postgres.ForkNumber;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we say of pages is what pageinspect says of the same bytes. */
class PageViewOracleTest {
    /** Rows of each function, and items without one, that must be reached so that the test says something. */
    private static final Map<String, Integer> LEAST = Map.ofEntries(entry("page_header", 400),
            entry("heap_page_items", 2500), entry("bt_page_items", 15_000), entry("bt_page_stats", 100),
            entry("bt_metap", 5), entry("deleted btree pages", 20), entry("posting lists", 30),
            entry("hash_page_stats", 10), entry("hash_page_items", 1000), entry("hash_metapage_info", 1),
            entry("gist_page_opaque_info", 20), entry("gist_page_items", 1000), entry("gin_page_opaque_info", 50),
            entry("gin_metapage_info", 2), entry("gin_leafpage_items", 50), entry("gin data", 2),
            entry("gin leaf", 1000), entry("gin list list_fullrow", 100), entry("brin_metapage_info", 1),
            entry("brin_revmap_data", 20), entry("brin_page_items", 20), entry("spgist items", 1000),
            entry("new pages", 1));

    /** A row of a function, by column; a null is empty. */
    private record Row(Map<String, String> columns) {}

    private final Map<String, Integer> compared = new TreeMap<>();

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void pageinspect(int major) throws Exception {
        try (TestWorkspace workspace = TestWorkspace.init(home, major)) {
            workspace.start("main", "autovacuum=off");
            try (Connection connection = workspace.connect("main")) {
                try (Statement statement = connection.createStatement()) {
                    for (String sql : ShownPages.STATEMENTS) {
                        statement.execute(sql);
                    }
                }
                for (Shown shown : ShownPages.RELATIONS) {
                    compare(connection, shown);
                }
            }
        }
        LEAST.forEach((what, least) ->
                assertTrue(compared.getOrDefault(what, 0) >= least, () -> what + " of " + compared));
    }

    private void compare(Connection connection, Shown shown) throws SQLException {
        long blocks = Long.parseLong(single(connection, "select pg_relation_size('" + shown.name() + "') / 8192"));
        for (long block = 0; block < blocks; block++) {
            byte[] bytes = raw(connection, shown.name(), block);
            PageView view = PageView.of(Page.of(bytes), ForkNumber.MAIN);
            String where = shown.name() + " " + block;
            if (view.kind() != PageKind.NEW) {
                assertEquals(shown.method(), view.kind().word(), where);
            }
            assertEquals(Optional.empty(), view.problem(), where);
            assertOne(view.header(), ask(connection, "page_header", "select * from page_header(?)", bytes), where);
            switch (view.kind()) {
                case HEAP, SEQUENCE -> assertAll(view.contents().items(), ask(connection, "heap_page_items",
                        "select * from heap_page_items(?) left join lateral"
                        + " heap_tuple_infomask_flags(t_infomask, t_infomask2) on t_infomask is not null order by lp",
                        bytes), where);
                case BTREE -> btree(connection, shown.name(), block, bytes, view);
                case HASH -> hash(connection, bytes, view, where);
                case GIST -> {
                    assertOne(view.contents().special(), ask(connection, "gist_page_opaque_info",
                            "select nsn, rightlink, flags from gist_page_opaque_info(?)", bytes), where);
                    assertAll(view.contents().items(), ask(connection, "gist_page_items",
                            "select * from gist_page_items_bytea(?)", bytes), where);
                }
                case GIN -> gin(connection, bytes, view, where);
                case BRIN -> brin(connection, bytes, view, where);
                case SPGIST -> count("spgist items", view.contents().items().size());
                case NEW, BLOOM, VISIBILITY_MAP, OTHER -> count("new pages", 1);
            }
        }
    }

    private void btree(Connection connection, String name, long block, byte[] bytes, PageView view)
            throws SQLException {
        String where = name + " " + block;
        if (!view.contents().meta().isEmpty()) {
            assertOne(view.contents().meta(), ask(connection, "bt_metap", "select * from bt_metap('" + name + "')",
                    Optional.empty()), where);
            return;
        }
        PageFields special = new PageFields().put("blkno", block).putAll(view.contents().special());
        assertOne(special, ask(connection, "bt_page_stats", "select * from bt_page_stats('" + name + "', " + block
                + ")", Optional.empty()), where);
        assertAll(view.contents().items(), ask(connection, "bt_page_items", "select * from bt_page_items(?::bytea)",
                bytes), where);
        count("deleted btree pages", special.get("type").orElseThrow().toString().equalsIgnoreCase("d") ? 1 : 0);
        count("posting lists", (int) view.contents().items().stream()
                .filter(item -> item.get("tids").orElseThrow() instanceof FieldValue.Listing).count());
    }

    private void hash(Connection connection, byte[] bytes, PageView view, String where) throws SQLException {
        String type = single(connection, "select hash_page_type(?)", bytes);
        assertEquals(type, view.contents().special().get("type").orElseThrow().toString(), where);
        if (type.equals("metapage")) {
            assertOne(view.contents().meta(), ask(connection, "hash_metapage_info",
                    "select magic, version, ntuples, ffactor, bsize, bmsize, bmshift, maxbucket, highmask, lowmask,"
                    + " ovflpoint, firstfree, nmaps, procid, array_remove(mapp, 0::bigint) as mapp"
                    + " from hash_metapage_info(?)", bytes), where);
        } else if (type.equals("bucket") || type.equals("overflow")) {
            assertOne(view.contents().special(), ask(connection, "hash_page_stats", "select * from hash_page_stats(?)",
                    bytes), where);
            assertAll(view.contents().items(), ask(connection, "hash_page_items", "select * from hash_page_items(?)",
                    bytes), where);
        }
    }

    private void gin(Connection connection, byte[] bytes, PageView view, String where) throws SQLException {
        assertOne(view.contents().special(), ask(connection, "gin_page_opaque_info",
                "select * from gin_page_opaque_info(?)", bytes), where);
        String flags = view.contents().special().get("flags").orElseThrow().toString();
        if (flags.equals("meta")) {
            assertOne(view.contents().meta(), ask(connection, "gin_metapage_info",
                    "select * from gin_metapage_info(?)", bytes), where);
        } else if (flags.equals("data leaf compressed")) {
            assertAll(view.contents().items(), ask(connection, "gin_leafpage_items",
                    "select * from gin_leafpage_items(?)", bytes), where);
        } else {
            count("gin " + flags, view.contents().items().size());
        }
    }

    private void brin(Connection connection, byte[] bytes, PageView view, String where) throws SQLException {
        String type = single(connection, "select brin_page_type(?)", bytes);
        assertEquals(type, view.contents().special().get("type").orElseThrow().toString(), where);
        switch (type) {
            case "meta" -> assertOne(view.contents().meta(), ask(connection, "brin_metapage_info",
                    "select * from brin_metapage_info(?)", bytes), where);
            case "revmap" -> assertAll(view.contents().items(), ask(connection, "brin_revmap_data",
                    "select pages from brin_revmap_data(?) as pages where pages::text not like '%,0)'", bytes), where);
            default -> assertAll(view.contents().items(), ask(connection, "brin_page_items",
                    "select itemoffset, blknum, placeholder from brin_page_items(?, 't_brin')", bytes), where);
        }
    }

    private void assertOne(PageFields ours, List<Row> theirs, String where) {
        assertAll(List.of(ours), theirs, where);
    }

    private void assertAll(List<PageFields> ours, List<Row> theirs, String where) {
        assertEquals(theirs.size(), ours.size(), where);
        for (int i = 0; i < theirs.size(); i++) {
            Map<String, String> said = new LinkedHashMap<>();
            for (String column : theirs.get(i).columns().keySet()) {
                said.put(column, ours.get(i).get(column).orElseThrow(() ->
                        new AssertionError(where + ": no field " + column)).toString());
            }
            assertEquals(theirs.get(i).columns(), said, where + ", item " + (i + 1));
        }
    }

    private void count(String what, int more) {
        compared.merge(what, more, Integer::sum);
    }

    private List<Row> ask(Connection connection, String what, String sql, byte[] page) throws SQLException {
        return ask(connection, what, sql, Optional.of(page));
    }

    private List<Row> ask(Connection connection, String what, String sql, Optional<byte[]> page) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (page.isPresent()) {
                statement.setBytes(1, page.get());
            }
            try (ResultSet result = statement.executeQuery()) {
                ResultSetMetaData columns = result.getMetaData();
                while (result.next()) {
                    Map<String, String> row = new LinkedHashMap<>();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        String type = columns.getColumnTypeName(i);
                        row.put(columns.getColumnName(i), type.equals("bytea") ? bytes(result.getBytes(i))
                                : text(type, result.getString(i)));
                    }
                    rows.add(new Row(row));
                }
            }
        }
        count(what, rows.size());
        return rows;
    }

    private static String bytes(byte[] value) {
        return value == null ? "" : "\\x" + HexFormat.of().formatHex(value);
    }

    private static String text(String type, String value) {
        if (value == null) {
            return "";
        }
        return switch (type) {
            // A smallint is all that SQL has for an unsigned number of 16 bits.
            case "int2" -> Integer.toString(Short.toUnsignedInt(Short.parseShort(value)));
            case "bool" -> value.equals("t") ? "true" : "false";
            case "_tid" -> value.replaceAll("[{}\"]", "").replace("),(", ") (");
            case "_text", "_int8" -> value.replaceAll("[{}\"]", "").replace(',', ' ');
            default -> value;
        };
    }

    private static byte[] raw(Connection connection, String name, long block) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select get_raw_page('" + name + "', " + block + ")")) {
            rows.next();
            return rows.getBytes(1);
        }
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String single(Connection connection, String sql, byte[] page) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, page);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
