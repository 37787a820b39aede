package dev.neon.compute.mustshow;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.TestWorkspace;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Everything that writes WAL of a kind of its own: prepared transactions, sequences, unlogged tables, databases made in
 * both ways, TRUNCATE, VACUUM FULL, indexes of each access method, savepoints, toast, large objects. What must hold at
 * every point of it stands in {@link PointCheck}.
 */
final class DdlLoad implements AutoCloseable {
    /** What a server needs for it, and a checkpoint now and then. */
    static final List<String> SETTINGS = List.of("max_prepared_transactions=100", "max_wal_size=64MB",
            "checkpoint_timeout=30s", "autovacuum_naptime=1s");

    private static final int FIRST_MAJOR_WITH_STRATEGY = 15;

    private final Connection connection;
    private final Connection second;
    private final boolean strategies;

    DdlLoad(Instance server) throws SQLException {
        this.connection = TestWorkspace.connect(server);
        this.second = TestWorkspace.connect(server);
        this.strategies = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_MAJOR_WITH_STRATEGY;
    }

    /** Makes what is there at every point. */
    void create(Instance server) throws SQLException {
        execute("CREATE TABLE prepared (id int PRIMARY KEY)",
                "CREATE TABLE serials (id bigserial PRIMARY KEY, note text)",
                "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY, note text)",
                "CREATE TABLE savepoints (id int, kept boolean)",
                "CREATE TABLE toasts (body text, digest text)",
                "CREATE TABLE lobs (lob oid, digest text)",
                "BEGIN; CREATE TABLE truncated (id int); INSERT INTO truncated SELECT generate_series(1, 10); COMMIT",
                "CREATE TABLE kinds (id int, name text, tags int[], place point)",
                "CREATE INDEX ON kinds USING hash (id)", "CREATE INDEX ON kinds USING brin (id)",
                "CREATE INDEX ON kinds USING gin (tags)", "CREATE INDEX ON kinds USING gist (place)",
                "CREATE INDEX ON kinds USING spgist (name)", "CREATE INDEX ON kinds (name, id)",
                "CREATE DATABASE base");
        try (Connection base = DriverManager.getConnection("jdbc:" + server.connectionString("postgres", "base")
                .replace("postgres@", ""), "postgres", ""); Statement statement = base.createStatement()) {
            statement.execute("CREATE TABLE copied AS SELECT g AS id FROM generate_series(1, 500) g");
        }
    }

    /** One round of all, numbered from 1. */
    void round(int i) throws SQLException {
        int earlier = Math.max(0, i - 2);
        prepare(i);
        execute("INSERT INTO serials (note) SELECT 'round " + i + "' FROM generate_series(1, 40)",
                "INSERT INTO unlogged SELECT " + i * 100 + " + g, 'x' FROM generate_series(1, 50) g",
                "CREATE UNLOGGED TABLE unlogged_" + i + " AS SELECT g FROM generate_series(1, 50) g",
                "BEGIN; INSERT INTO savepoints VALUES (" + i + ", true); SAVEPOINT a;"
                        + " INSERT INTO savepoints VALUES (" + i + ", false); ROLLBACK TO a;"
                        + " INSERT INTO savepoints VALUES (" + -i + ", true); COMMIT",
                "INSERT INTO toasts SELECT b, md5(b) FROM (SELECT string_agg(md5(random()::text), '') AS b"
                        + " FROM generate_series(1, 400)) AS s",
                "INSERT INTO lobs SELECT lo_from_bytea(0, decode(b, 'hex')), md5(decode(b, 'hex')) FROM"
                        + " (SELECT string_agg(md5(random()::text), '') AS b FROM generate_series(1, 200)) AS s",
                "BEGIN; TRUNCATE truncated; INSERT INTO truncated SELECT generate_series(1, 10); COMMIT",
                "INSERT INTO kinds SELECT g, 'n' || g % 97, ARRAY[g % 7, g % 11], point(g % 100, g % 31)"
                        + " FROM generate_series(" + i * 300 + ", " + (i * 300 + 299) + ") g",
                "DELETE FROM kinds WHERE id % 5 = " + i % 5,
                "CREATE TABLE made_" + i + " AS SELECT g AS id, md5(g::text) AS note FROM generate_series(1, 300) g",
                "CREATE INDEX ON made_" + i + " (note)",
                "ALTER TABLE made_" + i + " ADD more int DEFAULT 7, ALTER id TYPE bigint",
                "DROP TABLE IF EXISTS made_" + earlier + ", unlogged_" + earlier);
        shareALock();
        databases(i, earlier);
        switch (i % 6) {
            case 0 -> execute("VACUUM FULL toasts", "VACUUM (FREEZE) kinds");
            case 1 -> execute("CREATE INDEX made_index ON pgbench_accounts (abalance)", "VACUUM kinds");
            case 2 -> execute("REINDEX INDEX made_index", "CHECKPOINT");
            case 3 -> execute("DROP INDEX made_index", "CLUSTER kinds USING kinds_name_id_idx");
            case 4 -> execute("CREATE INDEX CONCURRENTLY made_later ON pgbench_history (tid)",
                    "SELECT pg_switch_wal()");
            default -> execute("DROP INDEX IF EXISTS made_later", "VACUUM FULL pgbench_tellers");
        }
    }

    /** A third of them stays prepared. */
    private void prepare(int i) throws SQLException {
        execute("BEGIN; INSERT INTO prepared VALUES (" + i + "); PREPARE TRANSACTION 'p" + i + "'");
        if (i % 3 == 1) {
            execute("COMMIT PREPARED 'p" + i + "'");
        } else if (i % 3 == 2) {
            execute("ROLLBACK PREPARED 'p" + i + "'");
        }
    }

    /** Two lockers of one row make a multixact. */
    private void shareALock() throws SQLException {
        String lock = "BEGIN; SELECT FROM serials WHERE id = 1 FOR SHARE";
        execute(lock);
        try (Statement statement = second.createStatement()) {
            statement.execute(lock);
            execute("COMMIT");
            statement.execute("COMMIT");
        }
    }

    private void databases(int i, int earlier) throws SQLException {
        if (i % 2 == 0) {
            return;
        }
        if (strategies) {
            execute("CREATE DATABASE by_wal_" + i + " TEMPLATE base STRATEGY wal_log",
                    "CREATE DATABASE by_file_" + i + " TEMPLATE base STRATEGY file_copy");
        } else {
            execute("CREATE DATABASE by_file_" + i + " TEMPLATE base");
        }
        execute("DROP DATABASE IF EXISTS by_wal_" + earlier, "DROP DATABASE IF EXISTS by_file_" + earlier);
    }

    private void execute(String... statements) throws SQLException {
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
