package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.catalog.CatalogNames;
import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog;
import dev.neon.catalog.RelationKind;
import dev.neon.catalog.TupleState;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.history.ServerCatalog;
import dev.neon.repo.RelFileLocator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catalogs that are read from files, and over SQL, against what the server itself says of each file. */
class CatalogTest {
    private static final String FILES = """
            SELECT pg_relation_filepath(c.oid), n.nspname || '.' || c.relname, c.relkind
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE pg_relation_filepath(c.oid) IS NOT NULL""";
    /** pg_relation_filepath begins with base/, global/, or the tablespace's directory. */
    private static final int DEFAULT_TABLESPACE = 1663;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void tellsWhatTheServerTells(int major) throws Exception {
        try (PlainCluster cluster = PlainCluster.init(directory.resolve("data"), TestPostgres.major(major))) {
            cluster.configure("autovacuum = off", "allow_in_place_tablespaces = on").start();
            cluster.execute("CREATE TABLESPACE place LOCATION ''", "CREATE DATABASE app TABLESPACE place",
                    "CREATE DATABASE gone", "CREATE TABLE elsewhere (a int) TABLESPACE place");
            cluster.execute("CREATE SCHEMA s", "CREATE TABLE s.t (a int PRIMARY KEY, b text)",
                    "CREATE SEQUENCE q", "CREATE MATERIALIZED VIEW m AS SELECT 1 x", "CREATE VIEW v AS SELECT 1 x",
                    "CREATE TABLE parted (a int) PARTITION BY LIST (a)",
                    "CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)", "CREATE UNLOGGED TABLE u (a int)");
            RelFileLocator renamed = locator(cluster, "s.t");
            cluster.execute("CREATE TABLE dropped (a int)", "CREATE TABLE rewritten (a int)");
            RelFileLocator dropped = locator(cluster, "dropped");
            RelFileLocator rewritten = locator(cluster, "rewritten");
            Connection reader = holdBackPruning(cluster);
            cluster.execute("ALTER TABLE s.t RENAME TO \"T 1\"", "ALTER SCHEMA s RENAME TO s2", "DROP TABLE dropped",
                    "TRUNCATE rewritten", "BEGIN; CREATE TABLE never (a int); ROLLBACK", "DROP DATABASE gone");
            in(cluster, "app", "CREATE TABLE only_here (a int, b text)", "VACUUM FULL pg_class",
                    "VACUUM FULL pg_namespace");
            SortedMap<String, String> postgres = files(cluster, "postgres");
            SortedMap<String, String> app = files(cluster, "app");
            RelFileLocator here = locator(cluster, "app", "only_here");
            assertTrue(postgres.keySet().stream().anyMatch(path -> path.startsWith("pg_tblspc/")));
            assertTrue(app.keySet().stream().anyMatch(path -> path.startsWith("pg_tblspc/")));
            CatalogRelation overSql;
            try (ServerCatalog server = ServerCatalog.open(name -> session(cluster, name))) {
                compare(server, postgres);
                compare(server, app);
                assertEquals(Optional.empty(), server.find(dropped));
                assertEquals(Optional.empty(), server.find(new RelFileLocator(DEFAULT_TABLESPACE, 999, 1)));
                overSql = server.find(renamed).orElseThrow();
            }
            cluster.stop();
            reader.close();

            FileCatalog catalog = FileCatalog.of(cluster.data());
            compare(catalog, postgres);
            compare(catalog, app);
            assertEquals(postgres.keySet().stream().filter(path -> !path.startsWith("global")).count(),
                    catalog.relations(renamed.database()).stream()
                            .filter(relation -> relation.state() == TupleState.LIVE).count(), "nothing more is live");
            assertEquals(overSql, catalog.find(renamed).orElseThrow());
            assertEquals("s2.T 1", overSql.qualifiedName());
            assertEquals("only_here", catalog.find(here).orElseThrow().name());
            assertEquals(Optional.of("app"), catalog.find(here).orElseThrow().database());
            tells(catalog, dropped, "public.dropped", TupleState.DEAD);
            tells(catalog, rewritten, "public.rewritten", TupleState.DEAD);
            assertTrue(catalog.relations(renamed.database()).stream().anyMatch(relation ->
                    relation.name().equals("never") && relation.state() == TupleState.ABORTED));
            assertTrue(catalog.databases().stream().anyMatch(database -> database.name().equals("gone")
                    && database.state() == TupleState.DEAD));
            describesOwners(catalog, renamed.database());
        }
    }

    /** As long as it looks at an older state, dead tuples stay on their pages. */
    private static Connection holdBackPruning(PlainCluster cluster) throws SQLException {
        Connection reader = cluster.connect();
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        reader.setAutoCommit(false);
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT 1 FROM pg_class");
        }
        return reader;
    }

    private static void describesOwners(FileCatalog catalog, int database) {
        List<CatalogRelation> relations = catalog.relations(database).stream()
                .filter(relation -> relation.state() == TupleState.LIVE && relation.table().name().equals("T 1")).toList();
        assertEquals(4, relations.size(), "table, key, toast table, its index: " + relations);
        for (CatalogRelation relation : relations) {
            String toast = "pg_toast.pg_toast_" + relation.table().oid();
            assertEquals(switch (relation.name()) {
                case "T 1" -> "s2.T 1";
                case "t_pkey" -> "s2.t_pkey (index of s2.T 1)";
                default -> relation.kind() == RelationKind.INDEX
                        ? toast + "_index (index of the toast table of s2.T 1)" : toast + " (toast table of s2.T 1)";
            }, relation.description());
        }
    }

    private static void tells(CatalogNames names, RelFileLocator file, String name, TupleState state) {
        CatalogRelation found = names.find(file).orElseThrow();
        assertEquals(name + ' ' + state, found.qualifiedName() + ' ' + found.state());
    }

    private static void compare(CatalogNames names, SortedMap<String, String> files) {
        assertTrue(files.size() > 100, files.size() + " files");
        SortedMap<String, String> told = new TreeMap<>();
        for (String path : files.keySet()) {
            told.put(path, names.find(parse(path)).map(found -> found.qualifiedName() + ' ' + found.kind() + ' '
                    + found.state()).orElse("unknown"));
        }
        assertEquals(files, told);
        Set<String> listed = names.relations().map(found -> found.qualifiedName() + ' ' + found.kind() + ' '
                + found.state()).collect(Collectors.toSet());
        assertTrue(listed.containsAll(files.values()), "find() tells of nothing more");
    }

    /** By path: the name and the kind. */
    private static SortedMap<String, String> files(PlainCluster cluster, String database) throws SQLException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Connection connection = session(cluster, database); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FILES)) {
            while (rows.next()) {
                files.put(rows.getString(1), rows.getString(2) + ' '
                        + RelationKind.of(rows.getString(3).charAt(0)).orElseThrow() + ' ' + TupleState.LIVE);
            }
        }
        return files;
    }

    private static RelFileLocator parse(String path) {
        String[] parts = path.split("/");
        return switch (parts[0]) {
            case "global" -> new RelFileLocator(1664, 0, Integer.parseInt(parts[1]));
            case "base" -> new RelFileLocator(DEFAULT_TABLESPACE, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
            default -> new RelFileLocator(Integer.parseInt(parts[1]), Integer.parseInt(parts[3]),
                    Integer.parseInt(parts[4]));
        };
    }

    private static RelFileLocator locator(PlainCluster cluster, String table) throws SQLException {
        return locator(cluster, "postgres", table);
    }

    private static RelFileLocator locator(PlainCluster cluster, String database, String table) throws SQLException {
        try (Connection connection = session(cluster, database); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_relation_filepath('" + table + "')")) {
            row.next();
            return parse(row.getString(1));
        }
    }

    private static void in(PlainCluster cluster, String database, String... statements) throws SQLException {
        try (Connection connection = session(cluster, database); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Connection session(PlainCluster cluster, String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + cluster.port() + "/" + database,
                "postgres", "");
    }
}
