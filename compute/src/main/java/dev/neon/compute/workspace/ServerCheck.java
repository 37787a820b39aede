package dev.neon.compute.workspace;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.BootCheck.Method;
import dev.neon.compute.workspace.BootCheck.Result;
import dev.neon.repo.error.PostgresFailedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Has a server of its own check all databases: nobody else is there, and what is written is thrown away. */
final class ServerCheck {
    private static final Duration LIMIT = Duration.ofHours(24);
    private static final String ANY_DATABASE = "postgres";
    /** {@code -2} marks one whose removal was begun ({@code REL_17 pg_database.h DATCONNLIMIT_INVALID_DB}). */
    private static final String DATABASES =
            "SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY datname";
    private static final String INDEXES = """
            SELECT format('SELECT %I.bt_index_check(%s::oid, true)', n.nspname, c.oid), c.oid::regclass
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam,
                pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'amcheck' AND a.amname = 'btree' AND c.relkind = 'i' AND i.indisready AND i.indisvalid
                AND c.relpersistence <> 't' ORDER BY c.oid""";
    private static final String HEAPS = """
            SELECT format('SELECT msg FROM %I.verify_heapam(%s::oid, check_toast => true)', n.nspname, c.oid),
                c.oid::regclass
            FROM pg_class c, pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'amcheck' AND c.relkind IN ('r', 't', 'm') AND c.relpersistence <> 't' ORDER BY c.oid""";
    private static final String TABLES = """
            SELECT format('SELECT count(t::text) FROM ONLY %s t', c.oid::regclass), c.oid::regclass
            FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' ORDER BY c.oid""";

    private final Instance server;
    private final String user;
    private final PostgresBinaries binaries;
    private final List<String> problems = new ArrayList<>();

    ServerCheck(Instance server, String user, PostgresBinaries binaries) {
        this.server = server;
        this.user = user;
        this.binaries = binaries;
    }

    /** @throws PostgresFailedException if the server lets nobody in */
    Result run() {
        List<String> databases = databases();
        List<String> without = databases.stream().filter(database -> !hasAmcheck(database)).toList();
        Optional<Path> program = binaries.find("pg_amcheck");
        if (program.isPresent() && without.size() < databases.size()) {
            run(program.get());
        }
        for (String database : databases) {
            if (without.contains(database)) {
                each(database, TABLES, false);
            } else if (program.isEmpty()) {
                each(database, INDEXES, false);
                each(database, HEAPS, true);
            }
        }
        return new Result(Optional.of(!without.isEmpty() ? Method.SELECT : program.isPresent() ? Method.PROGRAM
                : Method.EXTENSION), databases, problems);
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("ApplicationName", "neon fsck");
        properties.setProperty("options", "-c default_transaction_read_only=off -c search_path=");
        // So that a statement is what it is here, and fetches no more than its rows.
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(server.jdbcUrl(database), properties);
    }

    private List<String> databases() {
        try (Connection connection = connect(ANY_DATABASE); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(DATABASES)) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException failure) {
            throw new PostgresFailedException("unable to connect as '" + user + "' to the server that checks", String.valueOf(
                    failure.getMessage()), "Name a superuser that needs no password with 'neon config set postgres.user'.");
        }
    }

    /** Whether the extension is there, or can be made, which then goes with all the rest. */
    private boolean hasAmcheck(String database) {
        try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA pg_catalog");
            return true;
        } catch (SQLException none) {
            return false;
        }
    }

    private void run(Path program) {
        ProgramRun run = ProgramRun.of(List.of(program.toString(), "-h", server.clientHost(), "-p",
                Integer.toString(server.port()), "-U", user, "--no-password", "--all", "--heapallindexed"), LIMIT);
        if (run.exitCode() != 0) {
            List<String> lines = run.output().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
            problems.addAll(lines.isEmpty() ? List.of("pg_amcheck ended with exit code " + run.exitCode()) : lines);
        }
    }

    /**
     * Runs the statements that a query gives, each with the name of what it is about.
     *
     * @param tells whether each row of theirs is a problem
     */
    private void each(String database, String query, boolean tells) {
        try (Connection connection = connect(database)) {
            List<String[]> statements = new ArrayList<>();
            try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    statements.add(new String[] {rows.getString(1), rows.getString(2)});
                }
            }
            for (String[] one : statements) {
                each(connection, one[0], database + ": " + one[1] + ": ", tells);
            }
        } catch (SQLException failure) {
            problems.add(database + ": " + failure.getMessage());
        }
    }

    private void each(Connection connection, String sql, String about, boolean tells) {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (tells && rows.next()) {
                problems.add(about + rows.getString(1));
            }
        } catch (SQLException failure) {
            problems.add(about + failure.getMessage());
        }
    }
}
