package dev.neon.compute.wal;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** How many records of each type were read, by major: a table for people, and what was never seen. */
final class WalCoverage {
    private static final int OPERATIONS = 16;

    /** The name of a resource manager and of a type of its records: {@code Heap INSERT+INIT}. */
    private final Map<PostgresMajor, Map<String, Long>> counts = new EnumMap<>(PostgresMajor.class);

    /**
     * Decodes every record up to the end.
     *
     * @return how many there were
     * @throws dev.neon.repo.error.UnsupportedWalException if one has a form that neon does not know
     */
    long readAll(WalReader reader, PostgresMajor major) {
        WalDialect dialect = WalDialect.of(major);
        Map<String, Long> seen = counts.computeIfAbsent(major, none -> new TreeMap<>());
        long records = 0;
        for (; reader.next(); records++) {
            dialect.manager(reader.rmid()).decode(reader.record());
            seen.merge(PgWaldump.name(dialect, reader.record()), 1L, Long::sum);
        }
        return records;
    }

    /** The types that the major has, and that were not among its records. */
    Set<String> unseen(PostgresMajor major) {
        Set<String> unseen = new TreeSet<>(types(major));
        unseen.removeAll(counts.getOrDefault(major, Map.of()).keySet());
        return unseen;
    }

    private static Set<String> types(PostgresMajor major) {
        Set<String> types = new LinkedHashSet<>();
        for (ResourceManager<?> manager : WalDialect.of(major).managers()) {
            for (int operation = 0; operation < OPERATIONS; operation++) {
                manager.operations().name(operation << 4).ifPresent(name -> types.add(manager.name() + " " + name));
            }
        }
        return types;
    }

    /** A table in Markdown: a row for each type, a column for each major; a dash where the major has no such type. */
    String table() {
        Set<String> rows = new LinkedHashSet<>();
        for (PostgresMajor major : PostgresMajor.values()) {
            rows.addAll(types(major));
        }
        StringBuilder text = new StringBuilder("| resource manager | type |");
        StringBuilder line = new StringBuilder("| --- | --- |");
        for (PostgresMajor major : PostgresMajor.values()) {
            text.append(' ').append(major).append(" |");
            line.append(" ---: |");
        }
        text.append('\n').append(line).append('\n');
        for (ResourceManager<?> manager : WalDialect.V14.managers()) {
            rows.stream().filter(row -> row.startsWith(manager.name() + " ")).forEach(row -> text.append(row(row)));
        }
        return text.toString();
    }

    private String row(String type) {
        int blank = type.indexOf(' ');
        StringJoiner cells = new StringJoiner(" | ", "| ", " |\n");
        cells.add(type.substring(0, blank)).add(type.substring(blank + 1));
        for (PostgresMajor major : PostgresMajor.values()) {
            boolean exists = types(major).contains(type);
            long count = counts.getOrDefault(major, Map.of()).getOrDefault(type, 0L);
            cells.add(!exists ? "–" : count == 0 ? "never" : String.format(Locale.ROOT, "%,d", count));
        }
        return cells.toString();
    }
}
