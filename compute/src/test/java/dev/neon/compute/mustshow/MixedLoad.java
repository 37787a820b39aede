package dev.neon.compute.mustshow;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.TestWorkspace;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What {@link DdlLoad} leaves out: rows that are updated in place and pruned, locked by several at once, frozen; trees
 * whose pages are deleted and used again; subtransactions by the hundred; rows that move between partitions; rights,
 * functions, triggers, views.
 */
final class MixedLoad implements AutoCloseable {
    private final Connection connection;
    private final Connection second;

    MixedLoad(Instance server) throws SQLException {
        this.connection = TestWorkspace.connect(server);
        this.second = TestWorkspace.connect(server);
    }

    void create() throws SQLException {
        execute(connection, "CREATE TABLE mixed (id int PRIMARY KEY, a int, b text) WITH (fillfactor = 70)",
                "INSERT INTO mixed SELECT g, g, md5(g::text) FROM generate_series(1, 1000) g",
                "CREATE TABLE referring (id int REFERENCES mixed)",
                "CREATE TABLE parts (a int, b text) PARTITION BY RANGE (a)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (minvalue) TO (1000)",
                "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (1000) TO (maxvalue)",
                "CREATE INDEX ON parts (b)", "CREATE TABLE changes (id int, note text)",
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO changes VALUES (new.id, tg_op); RETURN new; END $$",
                "CREATE TRIGGER noted AFTER INSERT ON referring FOR EACH ROW EXECUTE FUNCTION note()",
                "CREATE TABLE documents (id int, words tsvector, body jsonb)",
                "CREATE INDEX ON documents USING gin (words)",
                "CREATE INDEX ON documents USING gin (body jsonb_path_ops) WITH (fastupdate = off)",
                "CREATE TABLE spans (span int4range, EXCLUDE USING gist (span WITH &&))");
    }

    void round(int i) throws SQLException {
        lockTogether(i);
        execute(connection, "UPDATE mixed SET a = a + " + i + " WHERE id % 7 = " + i % 7,
                "UPDATE mixed SET a = a - 1 WHERE id % 7 = " + i % 7, "UPDATE mixed SET b = md5(b) WHERE id % 10 = " + i % 10,
                "DO $$ BEGIN FOR i IN 1 .. 90 LOOP BEGIN INSERT INTO referring VALUES (i);"
                        + " EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$",
                "INSERT INTO mixed SELECT g, g, repeat('k', 300) FROM generate_series(" + (i * 10_000) + ", "
                        + (i * 10_000 + 600) + ") g",
                "DELETE FROM mixed WHERE id BETWEEN " + (i * 10_000 - 9_900) + " AND " + (i * 10_000 - 9_200),
                i % 2 == 0 ? "VACUUM (FREEZE, INDEX_CLEANUP on) mixed" : "VACUUM (INDEX_CLEANUP on) mixed",
                "INSERT INTO parts SELECT g, 'p' || g FROM generate_series(900, 1100) g",
                "UPDATE parts SET a = a + 50 WHERE a % 3 = 0",
                "INSERT INTO documents SELECT g, to_tsvector('simple', 'w' || g % 50 || ' common w' || g),"
                        + " jsonb_build_object('n', g % 20, 'list', jsonb_build_array(g, g % 3))"
                        + " FROM generate_series(" + i * 200 + ", " + (i * 200 + 199) + ") g",
                "DELETE FROM documents WHERE id % 6 = " + i % 6, "VACUUM documents",
                "INSERT INTO spans SELECT int4range(g * 10, g * 10 + 10) FROM generate_series(" + i * 100 + ", "
                        + (i * 100 + 99) + ") g", "DELETE FROM spans WHERE lower(span) % 30 = 0",
                "CREATE VIEW seen_" + i + " AS SELECT id, a + " + i + " AS a FROM mixed",
                "CREATE MATERIALIZED VIEW kept_" + i + " AS SELECT * FROM seen_" + i + " WHERE id < 50",
                "CREATE ROLE reader_" + i, "GRANT SELECT ON seen_" + i + " TO reader_" + i,
                "COMMENT ON VIEW seen_" + i + " IS 'of round " + i + "'", "ANALYZE mixed, parts, documents",
                "WITH gone AS (DELETE FROM lobs WHERE ctid = (SELECT min(ctid) FROM lobs) RETURNING lob)"
                        + " SELECT lo_unlink(lob) FROM gone");
    }

    /** Two transactions lock the same rows, one changes them with the other's lock on: multixacts of several kinds. */
    private void lockTogether(int i) throws SQLException {
        String rows = " FROM mixed WHERE id BETWEEN " + i * 10 + " AND " + (i * 10 + 20);
        execute(second, "BEGIN", "SELECT" + rows + " FOR KEY SHARE");
        execute(connection, "BEGIN", "SAVEPOINT s", "SELECT" + rows + " FOR KEY SHARE", "UPDATE mixed SET a = -a WHERE id = "
                + i * 10, "RELEASE s", "COMMIT");
        execute(second, i % 2 == 0 ? "COMMIT" : "ROLLBACK");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection; second) {
            // Closed in this way also if closing one of them fails.
        }
    }
}
