package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.ProgramRun;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** PostgreSQL's own check of all databases of a server: by pg_amcheck where it is installed, else by its functions. */
final class Amcheck {
    private static final String DATABASES =
            "SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY datname";
    private static final int FIRST_WITH_UNIQUE = 17;
    private static final int FIRST_WITH_GIN = 18;

    private Amcheck() {}

    /** Each index with its table, page by page and each row of the table in it; then each page and row of tables. */
    static void run(Instance server, PostgresBinaries postgres, String what) throws SQLException {
        Optional<Path> program = postgres.find("pg_amcheck");
        if (program.isPresent()) {
            ProgramRun.of(List.of(program.get().toString(), "-h", server.clientHost(), "-p", "" + server.port(), "-U",
                    "postgres", "--all", "--install-missing", "--heapallindexed", "--parent-check", "--rootdescend"),
                    Duration.ofMinutes(5)).orThrow(what + " is damaged.");
            return;
        }
        for (String database : databases(server)) {
            try (Connection connection = connect(server, database)) {
                check(connection, postgres.major(), what + ", database " + database);
            }
        }
    }

    private static void check(Connection connection, int major, String what) throws SQLException {
        Ledger.strings(connection, "CREATE EXTENSION IF NOT EXISTS amcheck");
        String unique = major >= FIRST_WITH_UNIQUE ? ", true" : "";
        Ledger.strings(connection, indexes("btree", "bt_index_parent_check(c.oid, true, true" + unique + ")"));
        if (major >= FIRST_WITH_GIN) {
            Ledger.strings(connection, indexes("gin", "gin_index_check(c.oid)"));
        }
        assertEquals(List.of(), Ledger.strings(connection, "SELECT c.oid::regclass || ': ' || v.msg FROM pg_class c,"
                + " LATERAL verify_heapam(c.oid, check_toast => true) v WHERE c.relkind IN ('r', 't', 'm')"
                + " AND c.relpersistence <> 't'"), what);
    }

    private static String indexes(String method, String check) {
        return "SELECT " + check + " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a"
                + " ON a.oid = c.relam WHERE a.amname = '" + method + "' AND c.relkind = 'i' AND i.indisready"
                + " AND i.indisvalid AND c.relpersistence <> 't'";
    }

    /** Those that can be connected to. */
    static List<String> databases(Instance server) throws SQLException {
        try (Connection connection = connect(server, "postgres")) {
            return databases(connection);
        }
    }

    static List<String> databases(Connection connection) throws SQLException {
        return Ledger.strings(connection, DATABASES);
    }

    static Connection connect(Instance server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), "postgres", "");
    }
}
