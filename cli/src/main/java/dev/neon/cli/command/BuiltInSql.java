package dev.neon.cli.command;

import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Table;
import dev.neon.compute.instance.Instance;
import dev.neon.repo.error.NotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * Runs SQL where no psql is installed: what scripts need of it, not a shell. Each {@code -c}, file or standard input is
 * sent as it is, several statements included, and every result is printed.
 */
final class BuiltInSql {
    /** psql's status after a statement failed, with ON_ERROR_STOP or -c. */
    private static final int FAILED = 1;
    /** What the server's message begins with; ours says as much. */
    private static final String SEVERITY = "ERROR: ";

    private final Invocation invocation;
    private final Instance instance;
    private final String user;
    private final String database;
    private boolean unaligned;
    private boolean tuplesOnly;
    private boolean quiet;

    BuiltInSql(Invocation invocation, Instance instance, String user, String database) {
        this.invocation = invocation;
        this.instance = instance;
        this.user = user;
        this.database = database;
    }

    ExitCode run(List<String> arguments) throws IOException {
        List<String> scripts = scripts(arguments);
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("preferQueryMode", "simple");
        invocation.environment().variable("PGPASSWORD").ifPresent(word -> properties.setProperty("password", word));
        String url = instance.jdbcUrl(database);
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            for (String script : scripts) {
                execute(connection, script);
            }
            return ExitCode.OK;
        } catch (SQLException failure) {
            String message = String.valueOf(failure.getMessage());
            invocation.output().error(message.startsWith(SEVERITY) ? message.substring(SEVERITY.length()) : message, "",
                    Optional.empty());
            return ExitCode.ofProgram(FAILED);
        }
    }

    private List<String> scripts(List<String> arguments) throws IOException {
        List<String> scripts = new ArrayList<>();
        for (Iterator<String> words = arguments.iterator(); words.hasNext();) {
            String word = words.next();
            if (word.startsWith("--")) {
                take(word, () -> value(word, words), scripts);
                continue;
            }
            if (!word.startsWith("-") || word.length() == 1) {
                throw unknown(word);
            }
            // A cluster of short options, of which the last may have its value in the same word: -tAc 'select 1'.
            for (int i = 1; i < word.length(); i++) {
                String option = "-" + word.charAt(i);
                String rest = word.substring(i + 1);
                boolean hasValue = "cfv".indexOf(word.charAt(i)) >= 0;
                take(option, () -> rest.isEmpty() ? value(option, words) : rest, scripts);
                if (hasValue) {
                    break;
                }
            }
        }
        if (scripts.isEmpty()) {
            if (invocation.environment().terminals().in()) {
                throw new NotFoundException("psql is not installed", "Install it (postgresql-client), or run a"
                        + " statement with -c; any other client takes what 'neon connection-string' prints.");
            }
            scripts.add(new String(invocation.environment().in().readAllBytes(), StandardCharsets.UTF_8));
        }
        return scripts;
    }

    private void take(String option, Supplier<String> value, List<String> scripts) throws IOException {
        switch (option) {
            case "-c", "--command" -> scripts.add(value.get());
            case "-f", "--file" -> scripts.add(Files.readString(invocation.resolve(Path.of(value.get()))));
            case "-v", "--set", "--variable" -> acceptVariable(value.get());
            case "-A", "--no-align" -> unaligned = true;
            case "-t", "--tuples-only" -> tuplesOnly = true;
            case "-q", "--quiet" -> quiet = true;
            case "-X", "--no-psqlrc" -> { }
            default -> throw unknown(option);
        }
    }

    /** The first statement that fails ends it anyway. */
    private static void acceptVariable(String assignment) {
        if (!List.of("ON_ERROR_STOP=1", "ON_ERROR_STOP=on", "ON_ERROR_STOP").contains(assignment)) {
            throw unknown("-v " + assignment);
        }
    }

    private static NotFoundException unknown(String word) {
        return new NotFoundException("psql is not installed, and neon itself does not know '" + word + "'",
                "Install psql (postgresql-client), or use -c, -f, -A, -t, -q, -X and -v ON_ERROR_STOP=1 only.");
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new UsageException("option '" + option + "' needs a value");
        }
        return words.next();
    }

    private void execute(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(script);
            for (SQLWarning note = statement.getWarnings(); note != null; note = note.getNextWarning()) {
                invocation.output().note(String.valueOf(note.getMessage()));
            }
            while (rows || statement.getUpdateCount() >= 0) {
                if (rows) {
                    print(statement.getResultSet());
                } else if (!quiet && statement.getUpdateCount() > 0) {
                    invocation.output().note(statement.getUpdateCount() + " rows affected");
                }
                rows = statement.getMoreResults();
            }
        }
    }

    private void print(ResultSet result) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        List<String[]> rows = new ArrayList<>();
        while (result.next()) {
            String[] row = new String[columns.getColumnCount()];
            for (int i = 0; i < row.length; i++) {
                row[i] = Optional.ofNullable(result.getString(i + 1)).orElse("");
            }
            rows.add(row);
        }
        if (unaligned) {
            if (!tuplesOnly) {
                invocation.output().line(String.join("|", titles(columns)));
            }
            rows.forEach(row -> invocation.output().line(String.join("|", row)));
            return;
        }
        Table table = new Table(alignment(columns));
        if (!tuplesOnly) {
            table.header(titles(columns));
        }
        rows.forEach(table::row);
        invocation.output().table(table);
        if (!tuplesOnly) {
            invocation.output().line("(" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
        }
    }

    private static String[] titles(ResultSetMetaData columns) throws SQLException {
        String[] titles = new String[columns.getColumnCount()];
        for (int i = 0; i < titles.length; i++) {
            titles[i] = columns.getColumnLabel(i + 1);
        }
        return titles;
    }

    private static Table.Align[] alignment(ResultSetMetaData columns) throws SQLException {
        Table.Align[] alignment = new Table.Align[columns.getColumnCount()];
        for (int i = 0; i < alignment.length; i++) {
            alignment[i] = switch (columns.getColumnType(i + 1)) {
                case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.REAL, Types.DOUBLE ->
                        Table.Align.RIGHT;
                default -> Table.Align.LEFT;
            };
        }
        return alignment;
    }
}
