package dev.neon.compute.workspace;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Statements that make a server write every kind of record of the managers of small structures, of Gist, SPGist and
 * BRIN, and of Generic, but for CLOG's truncation, which takes a million transactions.
 */
final class RecordKinds {
    /** A number more for the commit log and commit timestamps each turn, and a subtransaction to roll it back. */
    private static final String SPEND_TRANSACTIONS = """
            do $$ begin for i in 1 .. 33000 loop
                begin insert into spender values (i); raise exception using errcode = 'ZZ001';
                exception when sqlstate 'ZZ001' then null; end;
            end loop; end $$""";
    /** A multixact of two subtransactions each turn: more than a page of offsets and of members. */
    private static final String SPEND_MULTIXACTS = """
            do $$ begin for i in 1 .. 2200 loop
                begin
                    perform 1 from locked where a = 1 for share;
                    begin
                        perform 1 from locked where a = 1 for no key update;
                    exception when division_by_zero then null; end;
                    raise exception using errcode = 'ZZ001';
                exception when sqlstate 'ZZ001' then null; end;
            end loop; end $$""";

    /** For a server of {@code wal_level=minimal}: a relation without WAL, whose index needs an LSN. */
    static final List<String> UNLOGGED_BUILD = List.of("begin", "create table unseen (p point)",
            "create index on unseen using gist (p)",
            "insert into unseen select point(i, i) from generate_series(1, 3000) i", "commit");

    /** Changes of indexes of each kind, and some right after a checkpoint, so that images stand for them. */
    static final List<String> INDEXES = List.of(
            // Only a plain index scan marks dead items.
            "set enable_seqscan = off", "set enable_bitmapscan = off",

            "create table gist (p point, r int4range)", "create index on gist using gist (p)",
            "create index on gist using gist (r)",
            "insert into gist select point(i % 100, i / 100), int4range(i, i + 10) from generate_series(1, 6000) i",
            "checkpoint", "insert into gist select point(i % 100, 7), null from generate_series(1, 300) i",
            "update gist set p = point(p[0] + 0.5, p[1]) where p[0] < 5", "delete from gist where p[0] < 80",
            "vacuum gist", "vacuum gist",
            "insert into gist select point(i % 90, i / 10), int4range(i, i + 3) from generate_series(1, 4000) i",
            "create table dead (p point)", "create index on dead using gist (p)",
            "insert into dead select point(1, 1) from generate_series(1, 200)", "delete from dead",
            "select count(*) from dead where p <@ box '(0,0),(2,2)'",
            "select count(*) from dead where p <@ box '(0,0),(2,2)'",
            "insert into dead select point(1, 1) from generate_series(1, 200)",

            "create table spgist (p point, t text)", "create index on spgist using spgist (p)",
            "create index on spgist using spgist (p kd_point_ops)", "create index on spgist using spgist (t)",
            "insert into spgist select point(i * 37 % 1000, i * 91 % 997), 'prefix/' || md5(i::text) || '/' || i"
                    + " from generate_series(1, 4000) i",
            "insert into spgist select point(1, 1), repeat('long common prefix ', 5) || chr(33 + i % 90)"
                    + " || repeat('q', i % 60) from generate_series(1, 3000) i",
            "insert into spgist select null, null from generate_series(1, 600)", "checkpoint",
            "insert into spgist select point(2, 2), 'pre' || i from generate_series(1, 200) i",
            "delete from spgist where p[0] < 700", "vacuum spgist",
            "insert into spgist select point(i, i), 'again' || i from generate_series(1, 500) i",
            "delete from spgist", "vacuum spgist", "vacuum spgist",
            "insert into spgist select point(3, i), 'again' || i from generate_series(1, 500) i",
            "create table root (t text)", "create index on root using spgist (t)",
            "insert into root select 'r' || i from generate_series(1, 10) i", "delete from root where t < 'r5'",
            "vacuum root",

            "create table brin (a int, b text) with (fillfactor = 50)",
            "insert into brin select i, repeat('b', 300) from generate_series(1, 3000) i",
            "create index brin_a on brin using brin (a) with (pages_per_range = 1)",
            "create index brin_b on brin using brin (b) with (pages_per_range = 2)",
            "insert into brin select i, repeat(chr(97 + i % 26), 300) || i from generate_series(1, 6000) i",
            "select brin_summarize_new_values('brin_a')", "select brin_summarize_new_values('brin_b')",
            "update brin set a = -a where a % 10 = 1", "checkpoint",
            "update brin set b = repeat('longer', 90) || a where a % 9 = 2",
            "select brin_desummarize_range('brin_a', 3)", "select brin_summarize_range('brin_a', 3)",
            "vacuum brin",

            "create table bloom (a int, b int)", "create index on bloom using bloom (a, b)",
            "insert into bloom select i, i % 7 from generate_series(1, 3000) i", "checkpoint",
            "insert into bloom values (1, 1), (2, 2)", "delete from bloom where a % 3 = 0", "vacuum bloom");

    private RecordKinds() {}

    /** Files, databases, tablespaces, maps, origins and messages. */
    static List<String> files(int major) {
        String copy = major < 15 ? "" : " strategy file_copy";
        return List.of("create table filled (a int)", "create unlogged table spender (a int primary key)",
                "insert into filled select generate_series(1, 3000)", "delete from filled", "vacuum filled",
                "truncate filled", "create database whole" + copy, "create database blocks",
                "create tablespace place location ''", "create table placed (a int primary key) tablespace place",
                "insert into placed values (1)", "vacuum placed", "alter database whole set tablespace place",
                "drop database whole", "drop table placed", "drop tablespace place", "vacuum full pg_class",
                "vacuum full pg_database", "select pg_logical_emit_message(true, 'prefix', 'transactional')",
                "select pg_logical_emit_message(false, '', decode('00ff10', 'hex'))",
                "select pg_replication_origin_create('origin')",
                "select pg_replication_origin_advance('origin', '1/AABBCCDD')",
                "select pg_replication_origin_drop('origin')");
    }

    /** Rows locked by two sessions, and then so much of all that is numbered that its older part can go. */
    static void numbers(Connection one, Connection other) throws SQLException {
        execute(one, "create table locked (a int primary key, b int)",
                "insert into locked select i, 0 from generate_series(1, 20) i", "begin",
                "select * from locked where a < 10 for key share");
        execute(other, "begin", "select * from locked where a < 5 for share",
                "update locked set b = 1 where a between 5 and 9", "commit");
        execute(one, "commit", SPEND_MULTIXACTS, SPEND_TRANSACTIONS);
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
