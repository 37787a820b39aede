package dev.neon.compute.difference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/** What PostgreSQL says of two tables: a full outer join of the rows that two running servers have. */
final class RowOracle {
    private final Connection from;
    private final Connection to;
    private final Connection judge;

    /** @param judge a session in which tables may be made */
    RowOracle(Connection from, Connection to, Connection judge) throws SQLException {
        this.from = from;
        this.to = to;
        this.judge = judge;
        for (Connection session : List.of(from, to)) {
            execute(session, "SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET bytea_output = hex;"
                    + " SET extra_float_digits = 1");
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The lines of {@link CollectedRows} that should be. */
    List<String> differences(TableLayout layout) throws SQLException, IOException {
        List<String> names = layout.columns().stream().map(Column::name).toList();
        load(from, layout, "a");
        load(to, layout, "b");
        List<String> lines = new ArrayList<>();
        String a = columns("a", names.size());
        String b = columns("b", names.size());
        String sql;
        if (layout.key().isEmpty()) {
            sql = "SELECT CASE WHEN a.n IS NULL THEN '+' ELSE '-' END, " + (a + ", " + b) + " FROM "
                    + "(SELECT *, row_number() OVER (PARTITION BY " + columns("a_rows", names.size()) + ") n FROM a_rows) a FULL JOIN "
                    + "(SELECT *, row_number() OVER (PARTITION BY " + columns("b_rows", names.size()) + ") n FROM b_rows) b ON a.n = b.n"
                    + same(names.size()) + " WHERE a.n IS NULL OR b.n IS NULL";
            sql = sql.replace("ON a.n = b.n", "ON (a.n, a.one) = (b.n, b.one)");
        } else {
            String on = layout.key().stream().map(key -> {
                int i = names.indexOf(key);
                String type = layout.columns().get(i).type();
                return "a.c" + i + "::" + type + " = b.c" + i + "::" + type;
            }).collect(Collectors.joining(" AND "));
            sql = "SELECT CASE WHEN a.one IS NULL THEN '+' WHEN b.one IS NULL THEN '-' ELSE '~' END, " + a + ", " + b
                    + " FROM a_rows a FULL JOIN b_rows b ON " + on + " WHERE a.one IS NULL OR b.one IS NULL OR (" + a
                    + ") IS DISTINCT FROM (" + b + ")";
            if (names.size() == 1) {
                sql = sql.replace("(" + a + ") IS DISTINCT FROM (" + b + ")", a + " IS DISTINCT FROM " + b);
            }
        }
        try (Statement statement = judge.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                String before = CollectedRows.text(values(row, 2, names.size()));
                String after = CollectedRows.text(values(row, 2 + names.size(), names.size()));
                lines.add(switch (row.getString(1)) {
                    case "-" -> "- " + before;
                    case "+" -> "+ " + after;
                    default -> "~ " + before + " => " + after;
                });
            }
        }
        return lines.stream().sorted().toList();
    }

    private static String same(int count) {
        StringBuilder same = new StringBuilder();
        for (int i = 0; i < count; i++) {
            same.append(" AND coalesce('v' || a.c" + i + ", 'n') = coalesce('v' || b.c" + i + ", 'n')");
        }
        return same.toString();
    }

    private static List<Optional<String>> values(ResultSet row, int first, int count) throws SQLException {
        List<Optional<String>> values = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            values.add(Optional.ofNullable(row.getString(i)));
        }
        return values;
    }

    private static String columns(String table, int count) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(table + ".c" + i);
        }
        return String.join(", ", columns);
    }

    /** Copies the rows as text; a column that is not there is null. */
    private void load(Connection side, TableLayout layout, String letter) throws SQLException, IOException {
        List<String> there = new ArrayList<>();
        try (Statement statement = side.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('public." + layout.name()
                        + "') AND attnum > 0 AND NOT attisdropped")) {
            while (row.next()) {
                there.add(row.getString(1));
            }
        }
        List<String> definitions = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < layout.columns().size(); i++) {
            String name = layout.columns().get(i).name();
            definitions.add("c" + i + " text");
            selected.add(there.contains(name) ? '"' + name + '"' : "NULL");
        }
        execute(judge, "DROP TABLE IF EXISTS " + letter + "_rows; CREATE TEMP TABLE " + letter + "_rows (one integer, "
                + String.join(", ", definitions) + ")");
        if (there.isEmpty()) {
            return;
        }
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        side.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (SELECT 1, " + String.join(", ", selected) + " FROM public."
                + layout.name() + ") TO STDOUT", rows);
        judge.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + letter + "_rows FROM STDIN",
                new ByteArrayInputStream(rows.toByteArray()));
    }

    /** Tables that both sides are compared of after a patch. */
    static Set<String> tables(Connection session) throws SQLException {
        try (Statement statement = session.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT coalesce(string_agg(relname, ','), '') FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")) {
            row.next();
            return Set.of(row.getString(1).split(","));
        }
    }
}
