package dev.neon.compute.redo;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.ResourceManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What redo was compared with, for people: a page in Markdown. */
final class RedoCoverage {
    private static final String ON_DISK = "on disk: ";
    private static final String TOUCHES = " (touches)";

    /** All records of one server. */
    private record Run(String what, PostgresMajor major, long records, RedoTally tally) {}

    private final List<Run> runs = new ArrayList<>();

    void add(String what, PostgresMajor major, long records, RedoTally tally) {
        runs.add(new Run(what, major, records, tally));
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    String page() {
        StringBuilder text = new StringBuilder("""
                # Redo beside PostgreSQL

                Written by `RedoOracleTest` with `-Dredo.coverage=true`, not by hand. A server with
                `wal_consistency_checking = 'all'` puts each page that a record changes into the record, as it is
                afterwards. The test does every record to the pages that it has, and compares each with the server's, masked
                as PostgreSQL's own check masks them; at the end it compares all pages that it has with the server's files.

                | WAL | records | pages compared | of these differ | pages on disk compared | of these differ |
                | --- | ---: | ---: | ---: | ---: | ---: |
                """);
        for (Run run : runs) {
            RedoTally.Counts inRecords = sum(run, false);
            RedoTally.Counts onDisk = sum(run, true);
            text.append(String.format(Locale.ROOT, "| PostgreSQL %s, %s | %,d | %,d | %,d | %,d | %,d |%n", run.major(),
                    run.what(), run.records(), inRecords.compared(), inRecords.wrong(), onDisk.compared(),
                    onDisk.wrong()));
        }
        return text.append('\n').append(table()).toString();
    }

    private static RedoTally.Counts sum(Run run, boolean onDisk) {
        RedoTally.Counts sum = new RedoTally.Counts();
        run.tally().types().forEach((type, counts) -> {
            if (type.startsWith(ON_DISK) == onDisk) {
                sum.add(counts);
            }
        });
        return sum;
    }

    private String table() {
        Set<String> types = runs.stream().flatMap(run -> run.tally().types().keySet().stream())
                .filter(type -> !type.startsWith(ON_DISK)).collect(Collectors.toCollection(TreeSet::new));
        Set<PostgresMajor> majors = runs.stream().map(Run::major).collect(Collectors.toCollection(TreeSet::new));
        StringBuilder text = new StringBuilder("""
                ## By type and major

                Blocks of such records: how many were compared, of how many there were. The others had an image that redo
                restores, which leaves nothing to compare; pages that a record touches without naming them have none.

                | resource manager | type |""");
        StringBuilder line = new StringBuilder("| --- | --- |");
        majors.forEach(major -> {
            text.append(' ').append(major).append(" |");
            line.append(" ---: |");
        });
        text.append('\n').append(line).append('\n');
        for (ResourceManager<?> manager : WalDialect.V14.managers()) {
            types.stream().filter(type -> type.startsWith(manager.name() + " "))
                    .forEach(type -> text.append(row(type, majors)));
        }
        return text.toString();
    }

    private String row(String type, Set<PostgresMajor> majors) {
        int blank = type.indexOf(' ');
        StringJoiner cells = new StringJoiner(" | ", "| ", " |\n");
        cells.add(type.substring(0, blank)).add(type.substring(blank + 1).replace(TOUCHES, ", touched"));
        for (PostgresMajor major : majors) {
            RedoTally.Counts sum = new RedoTally.Counts();
            for (Run run : runs) {
                Map<String, RedoTally.Counts> counts = run.tally().types();
                if (run.major() == major && counts.containsKey(type)) {
                    sum.add(counts.get(type));
                }
            }
            cells.add(sum.seen() == 0 ? "–" : String.format(Locale.ROOT, "%,d of %,d", sum.compared(), sum.seen())
                    + (sum.wrong() == 0 ? "" : String.format(Locale.ROOT, ", **%,d differ**", sum.wrong())));
        }
        return cells.toString();
    }
}
