package dev.neon.cli.command.wal;

import dev.neon.inspect.WalStats;
import dev.neon.repo.Lsn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Counts and sizes in the columns of {@code pg_waldump --stats} ({@code REL_17 pg_waldump.c XLogDumpDisplayStats}).
 *
 * @param rows in the order in which they are shown
 */
record StatsTable(List<WalStats.Row> rows) {
    private static final String HEADING = "%-27s %20s %8s %20s %8s %20s %8s %20s %8s\n";

    long sum(ToLongFunction<WalStats.Row> column) {
        return rows.stream().mapToLong(column).sum();
    }

    StringBuilder text(Lsn from, Lsn to) {
        StringBuilder text = new StringBuilder("WAL statistics between " + from + " and " + to + ":\n");
        text.append(HEADING.formatted("Type", "N", "(%)", "Record size", "(%)", "FPI size", "(%)", "Combined size",
                "(%)"));
        text.append(HEADING.formatted("----", "-", "---", "-----------", "---", "--------", "---", "-------------",
                "---"));
        long count = sum(WalStats.Row::count);
        long records = sum(WalStats.Row::recordBytes);
        long images = sum(WalStats.Row::imageBytes);
        for (WalStats.Row row : rows) {
            text.append("%-27s %s %s %s %s\n".formatted(row.name(), share(row.count(), count),
                    share(row.recordBytes(), records), share(row.imageBytes(), images),
                    share(row.bytes(), records + images)));
        }
        text.append("%-27s %20s %8s %20s %8s %20s %8s %20s\n".formatted("", "--------", "", "--------", "", "--------",
                "", "--------"));
        return text.append("%-27s %20d %-9s%20d %-9s%20d %-9s%20d %-6s\n".formatted("Total", count, "", records,
                '[' + percent(records, records + images) + "%]", images, '[' + percent(images, records + images) + "%]",
                records + images, "[100%]"));
    }

    private static String share(long part, long whole) {
        return "%20d (%6s)".formatted(part, percent(part, whole));
    }

    /** With two digits, rounded as C does: the double's exact value, halves to even. */
    static String percent(long part, long whole) {
        double percent = whole == 0 ? 0 : 100 * (double) part / whole;
        return new BigDecimal(percent).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}
