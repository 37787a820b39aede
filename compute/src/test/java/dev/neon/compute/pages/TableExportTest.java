package dev.neon.compute.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.pages.TableExport.Format;
import dev.neon.compute.workspace.RepositorySetup;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/** The rows of a table at a point are those that {@code COPY} gave then, and nothing else is written for them. */
class TableExportTest {
    private static final String[] STATEMENTS = {
        "create schema shop", "create type shop.size as enum ('small', 'large')",
        "create table shop.item(id int primary key, name text, size shop.size, long text, at timestamptz, n numeric,"
                + " twice int generated always as (id * 2) stored)",
        "create index on shop.item(name)", "create index on shop.item using gin(string_to_array(name, ' '))",
        "insert into shop.item select i, case when i % 3 > 0 then E'item\\t\"' || i || E'\\\\' end,"
                + " (case when i % 2 = 0 then 'small' else 'large' end)::shop.size,"
                + " case when i % 50 = 0 then (select string_agg(md5(j::text || i), '') from generate_series(1, 300) j) end,"
                + " timestamptz '2026-01-01 00:00+00' + i * interval '1 hour', i / 7.0 from generate_series(1, 2000) i",
        "create table shop.other as select i, repeat('x', 100) from generate_series(1, 20000) i",
        "create index other_i on shop.other(i)",
        "create materialized view shop.few as select * from shop.item where id < 10", "create index on shop.few(id)",
        "create table parts(a int primary key, b text) partition by range (a)",
        "create table parts1 partition of parts for values from (0) to (100)",
        "create table parts2(b text, gone int, a int not null)", "alter table parts2 drop column gone",
        "alter table parts attach partition parts2 for values from (100) to (200)",
        "insert into parts select i, 'part ' || i from generate_series(50, 150) i",
        "insert into parts select 160, string_agg(md5(j::text), '') from generate_series(1, 300) j",
        "create sequence counted", "select nextval('counted')", "create domain positive as int check (value > 0)",
        "create table last(a positive, b bytea, c float8, d interval, e jsonb)",
        "insert into last values (1, '\\x00ff', 0.1, '1 day 2 hours', '{\"a\": [1, null]}'), (2, null, 1e300, null, null)",
        "delete from shop.item where id % 5 = 0", "update shop.item set name = 'changed' where id % 7 = 0"};
    private static final List<String> TABLES = List.of("shop.item", "public.last");
    private static final Map<String, String> QUERIES = Map.of("shop.few", "shop.few", "public.parts", "parts");

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void rowsOfThePoint(int major) throws Exception {
        try (TestWorkspace workspace = TestWorkspace.init(home, major)) {
            workspace.start("main");
            workspace.execute("main", STATEMENTS);
            Map<String, String> then = new TreeMap<>();
            try (Connection connection = workspace.connect("main")) {
                for (Format format : List.of(Format.CSV, Format.TEXT)) {
                    for (String table : TABLES) {
                        then.put(table + format, copy(connection, table, format));
                    }
                    for (Map.Entry<String, String> query : QUERIES.entrySet()) {
                        then.put(query.getKey() + format,
                                copy(connection, "(select * from " + query.getValue() + ")", format));
                    }
                }
            }
            Point point = workspace.resolve("main");
            workspace.execute("main", "drop table shop.item cascade", "drop table parts", "truncate last",
                    "drop sequence counted", "drop table shop.other", "vacuum full");
            List<String> notes = new ArrayList<>();
            TableExport export = new TableExport(workspace.workspace(), notes::add);
            for (Map.Entry<String, String> table : then.entrySet()) {
                Format format = table.getKey().endsWith("CSV") ? Format.CSV : Format.TEXT;
                String name = table.getKey().substring(0, table.getKey().length() - format.name().length());
                assertEquals(table.getValue(), rows(export, point, name, format), name);
            }
            for (String table : List.of("shop.item", "public.parts", "shop.few")) {
                assertEquals(then.get(table + Format.TEXT), psql(workspace, rows(export, point, table, Format.SQL), table),
                        table);
            }
            // As after a crash: WAL is 32 ahead of a sequence (REL_17 sequence.c SEQ_LOG_VALS).
            assertEquals("33\t0\tt\n", rows(export, point, "counted", Format.TEXT));
            assertEquals(List.of(), notes);
            assertFalse(isScratchLeft(workspace));
        }
    }

    private static String rows(TableExport export, Point point, String table, Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        export.export(point, "postgres", table, format, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String copy(Connection connection, String what, Format format) throws SQLException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
        }
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + what + " TO STDOUT"
                + (format == Format.CSV ? " (FORMAT csv, HEADER)" : ""), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Runs a script as psql would, in a database of its own, and returns the rows that the table has then. */
    private static String psql(TestWorkspace workspace, String script, String table) throws Exception {
        int data = script.indexOf(" FROM stdin;\n");
        int create = script.indexOf("COPY ");
        try (Connection connection = workspace.connect("main"); Statement statement = connection.createStatement()) {
            statement.execute("begin");
            statement.execute("create schema if not exists shop");
            statement.execute("drop materialized view if exists shop.few");
            statement.execute(script.substring(0, create));
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(script.substring(create, data) + " FROM stdin",
                    new ByteArrayInputStream(script.substring(data + 13, script.length() - 3)
                            .getBytes(StandardCharsets.UTF_8)));
            String rows = copy(connection, table, Format.TEXT);
            statement.execute("rollback");
            return rows;
        }
    }

    private static boolean isScratchLeft(TestWorkspace workspace) throws IOException {
        Repository repository = workspace.workspace().repository();
        try (Stream<Path> there = Files.list(repository.dataDirectories())) {
            return there.anyMatch(path -> path.getFileName().toString().startsWith("scratch"));
        }
    }

    /** What is written follows the catalogs and the table, not the cluster. */
    @Test
    void noOtherFiles() throws Exception {
        try (TestWorkspace workspace = TestWorkspace.init(home, 18)) {
            workspace.start("main");
            workspace.execute("main", STATEMENTS);
            workspace.execute("main", "create database more", "select lo_from_bytea(0, decode(repeat('00', 3000000), 'hex'))");
            List<String> wanted = workspace.query("main", "select pg_relation_filepath(oid) from pg_class"
                    + " where oid = 'shop.item'::regclass or oid = (select reltoastrelid from pg_class where oid ="
                    + " 'shop.item'::regclass)");
            List<String> unwanted = workspace.query("main", "select pg_relation_filepath(oid) from pg_class where relname in"
                    + " ('other', 'other_i', 'item_pkey', 'item_name_idx', 'few', 'parts1', 'last', 'pg_largeobject')");
            assertEquals(8, unwanted.size());
            workspace.stop("main");
            Path data = home.resolve("data");
            new TableExport(workspace.workspace(), note -> { }).writePart(workspace.resolve("main"), "postgres",
                    "shop.item", data);
            assertTrue(wanted.stream().allMatch(file -> Files.exists(data.resolve(file))), wanted::toString);
            assertTrue(unwanted.stream().noneMatch(file -> Files.exists(data.resolve(file))), unwanted::toString);
            try (Stream<Path> files = Files.walk(data.resolve("base"))) {
                long bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
                assertTrue(bytes < 9 << 20, bytes + " bytes");
            }
        }
    }

    /** Copies of data directories, of format version 1, give pages as well; those of a running server do not. */
    @Test
    void formatVersion1() throws Exception {
        PostgresBinaries binaries = TestPostgres.major(15);
        Path neon = home.resolve(Repository.DIRECTORY_NAME);
        new RepositorySetup(TestWorkspace.context(), TestWorkspace.source(), TestPostgres.cache(), Optional.empty(),
                Repository.OLDEST_NEW_FORMAT).init(neon, "main", Optional.of(15), Optional.of(binaries.binDir()));
        try (TestWorkspace workspace = TestWorkspace.open(neon, binaries)) {
            workspace.start("main");
            workspace.execute("main", "create table t as select i from generate_series(1, 1000) i");
            Snapshot first = workspace.workspace().snapshots().list(workspace.timeline("main")).getFirst();
            workspace.workspace().snapshotCreation().create(workspace.timeline("main"), "main", "postgres");
            workspace.execute("main", "delete from t where i > 3");
            Point point = workspace.resolve("main");
            List<String> notes = new ArrayList<>();
            TableExport export = new TableExport(workspace.workspace(), notes::add);
            assertEquals("i\n1\n2\n3\n", rows(export, point, "t", Format.CSV));
            assertEquals(List.of(), notes);
            workspace.workspace().repository().files().deleteTree(first.directory());
            // What a command left behind that was killed.
            Files.createDirectories(workspace.directory().resolve("datadirs/scratch-0000000000000000/data"));
            assertEquals("i\n1\n2\n3\n", rows(export, point, "public.t", Format.CSV));
            assertEquals(1, notes.size(), notes::toString);
            assertTrue(notes.getFirst().startsWith("writing the whole cluster instead of the table: the snapshot at"),
                    notes.getFirst());
            assertFalse(isScratchLeft(workspace));
        }
    }
}
