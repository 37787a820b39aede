package dev.neon.compute.difference;

import dev.neon.compute.difference.TableLayout.Place;
import dev.neon.repo.error.StorageFailedException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the statements that turn a table of the first side into that of the second. Rows come in the order of keys, statements
 * in that of what they do; so they wait in files.
 */
final class SqlPatch implements RowSink {
    private final PatchFrame frame;
    private final TableComparison.Entry entry;
    private final OutputStream out;
    private final Path scratch;
    private final String table;
    private final Set<String> elsewhere = new TreeSet<>();
    private final Spool deletes = new Spool("deletes");
    private final Spool updates = new Spool("updates");
    private final Spool inserts = new Spool("inserts");

    /** @param scratch where files may be made */
    SqlPatch(TableComparison.Entry entry, PatchFrame frame, Path scratch, OutputStream out) {
        this.entry = entry;
        this.frame = frame;
        this.scratch = scratch;
        this.out = out;
        boolean isPartitioned = entry.pair().to().or(entry.pair()::from).orElseThrow().isPartitioned();
        this.table = (isPartitioned ? "" : "ONLY ") + Sql.name(entry.layout().schema(), entry.layout().name());
        for (TableFacts facts : List.of(entry.facts().from(), entry.facts().to())) {
            facts.unique().stream().filter(columns -> !columns.equals(entry.layout().key())).forEach(elsewhere::addAll);
        }
    }

    /** The beginning of a patch. */
    static String head(String from, String to, String database) {
        return """
                -- Turns tables of database %s from %s into what they are at %s; made by neon diff.
                BEGIN;
                SET LOCAL client_encoding = 'UTF8';
                SET LOCAL standard_conforming_strings = on;
                SET LOCAL search_path = '';
                SET LOCAL DateStyle = 'ISO, MDY';
                SET LOCAL IntervalStyle = postgres;
                SET LOCAL TimeZone = 'UTC';
                SET LOCAL bytea_output = hex;
                SET LOCAL extra_float_digits = 1;
                -- Neither triggers nor foreign keys act: what they did is part of the difference.
                SET LOCAL session_replication_role = replica;
                """.formatted(comment(database), comment(from), comment(to));
    }

    private static String comment(String name) {
        return name.replaceAll("\\R", " ");
    }

    static String tail() {
        return "COMMIT;\n";
    }

    /** Statements that wait in a file. */
    private final class Spool {
        private final String name;
        private Optional<BufferedWriter> writer = Optional.empty();

        Spool(String name) {
            this.name = name;
        }

        void add(String statement) {
            try {
                if (writer.isEmpty()) {
                    writer = Optional.of(Files.newBufferedWriter(file()));
                }
                writer.get().append(statement).append(";\n");
            } catch (IOException e) {
                throw new StorageFailedException("write", file(), e);
            }
        }

        private Path file() {
            return scratch.resolve(name);
        }

        void copy() throws IOException {
            if (writer.isPresent()) {
                writer.get().close();
                Files.copy(file(), out);
                Files.delete(file());
            }
        }
    }

    @Override
    public void begin(TableLayout layout) {}

    @Override
    public void deleted(List<Optional<String>> row) {
        if (entry.layout().place() != Place.FROM_ONLY) {
            deletes.add(delete(row));
        }
    }

    private String delete(List<Optional<String>> row) {
        if (!entry.layout().key().isEmpty()) {
            return "DELETE FROM " + table + " WHERE " + byKey(row);
        }
        List<String> conditions = new ArrayList<>();
        List<Column> columns = entry.layout().columns();
        for (int i = 0; i < columns.size(); i++) {
            Optional<Column> own = entry.facts().from().column(columns.get(i).name());
            if (own.isPresent() && own.get().generated().isEmpty()) {
                String name = Sql.identifier(own.get().name());
                // As it is printed: there are types without =.
                conditions.add(row.get(i).map(value -> name + " IS NOT NULL AND pg_catalog.format('%s', " + name + ") = "
                        + Sql.literal(value)).orElse(name + " IS NULL"));
            }
        }
        return "DELETE FROM " + table + " WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM " + table
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " LIMIT 1)";
    }

    private String byKey(List<Optional<String>> row) {
        List<String> conditions = new ArrayList<>();
        for (String column : entry.layout().key()) {
            conditions.add(Sql.identifier(column) + " = " + value(row.get(entry.layout().index(column))));
        }
        return String.join(" AND ", conditions);
    }

    private static String value(Optional<String> value) {
        return value.map(Sql::literal).orElse("NULL");
    }

    @Override
    public void inserted(List<Optional<String>> row) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        boolean isIdentity = false;
        List<Column> columns = entry.layout().columns();
        for (int i = 0; i < columns.size(); i++) {
            Optional<Column> own = entry.facts().to().column(columns.get(i).name());
            if (own.isPresent() && own.get().generated().isEmpty()) {
                names.add(own.get().name());
                values.add(value(row.get(i)));
                isIdentity |= own.get().identity().equals("a")
                        || entry.facts().from().column(own.get().name()).filter(old -> old.identity().equals("a")).isPresent();
            }
        }
        String into = "INSERT INTO " + Sql.name(entry.layout().schema(), entry.layout().name());
        inserts.add(names.isEmpty() ? into + " DEFAULT VALUES" : into + " (" + Sql.identifiers(names) + ")"
                + (isIdentity ? " OVERRIDING SYSTEM VALUE" : "") + " VALUES (" + String.join(", ", values) + ")");
    }

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {
        List<String> assignments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        boolean isIdentity = false;
        List<Column> columns = entry.layout().columns();
        for (int i = 0; i < columns.size(); i++) {
            Optional<Column> own = entry.facts().to().column(columns.get(i).name());
            if (own.isPresent() && own.get().generated().isEmpty() && !before.get(i).equals(after.get(i))) {
                assignments.add(Sql.identifier(own.get().name()) + " = " + value(after.get(i)));
                names.add(own.get().name());
                isIdentity |= own.get().identity().equals("a");
            } else if (own.isPresent() && isRefilled(own.get())) {
                // ADD COLUMN gives an identity numbers of its own.
                isIdentity = true;
            }
        }
        boolean isReplaced = isIdentity || names.stream().anyMatch(elsewhere::contains)
                || entry.facts().from().hasUnknown() || entry.facts().to().hasUnknown();
        if (isReplaced) {
            deletes.add(delete(before));
            inserted(after);
        } else if (!assignments.isEmpty()) {
            updates.add("UPDATE " + table + " SET " + String.join(", ", assignments) + " WHERE " + byKey(before));
        }
    }

    private boolean isRefilled(Column column) {
        return !column.identity().isEmpty() && entry.layout().added().contains(column.name());
    }

    @Override
    public void end(RowTotals totals) {
        try {
            write(frame.before());
            deletes.copy();
            write(frame.afterDelete());
            updates.copy();
            inserts.copy();
            write(frame.after());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<String> statements) throws IOException {
        for (String statement : statements) {
            out.write((statement + ";\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
