package dev.neon.cli.command.wal;

import dev.neon.inspect.WalStats;
import dev.neon.repo.Lsn;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Counts and sizes in the columns of {@code pg_waldump --stats} ({@code REL_17 pg_waldump.c XLogDumpDisplayStats}).
 *
 * @param rows in the order in which they are shown
 */
record StatsTable(List<WalStats.Row> rows) {
    // Written out: a first use of format() takes longer than a small range.
    private static final int NAME = 27;
    private static final int NUMBER = 20;
    private static final String HEADING = """
            Type                                           N      (%)          Record size      (%)             FPI size\
                  (%)        Combined size      (%)
            ----                                           -      ---          -----------      ---             --------\
                  ---        -------------      ---
            """;
    private static final String RULE = """
                                                    --------                      --------                      --------\
                                  --------
            """;

    long sum(ToLongFunction<WalStats.Row> column) {
        return rows.stream().mapToLong(column).sum();
    }

    StringBuilder text(Lsn from, Lsn to) {
        StringBuilder text = new StringBuilder("WAL statistics between " + from + " and " + to + ":\n").append(HEADING);
        long count = sum(WalStats.Row::count);
        long records = sum(WalStats.Row::recordBytes);
        long images = sum(WalStats.Row::imageBytes);
        for (WalStats.Row row : rows) {
            left(text, row.name(), NAME);
            share(text, row.count(), count);
            share(text, row.recordBytes(), records);
            share(text, row.imageBytes(), images);
            share(text, row.bytes(), records + images);
            text.append('\n');
        }
        text.append(RULE);
        left(text, "Total", NAME + 1);
        total(text, count, "");
        total(text, records, '[' + percent(records, records + images) + "%]");
        total(text, images, '[' + percent(images, records + images) + "%]");
        right(text, Long.toString(records + images), NUMBER);
        return text.append(" [100%]\n");
    }

    private static void share(StringBuilder text, long part, long whole) {
        right(text, Long.toString(part), NUMBER + 1);
        right(text.append(" ("), percent(part, whole), 6);
        text.append(')');
    }

    private static void total(StringBuilder text, long number, String share) {
        right(text, Long.toString(number), NUMBER);
        // "[100.00%]" fills its column.
        left(text.append(' '), share, 9);
    }

    private static void left(StringBuilder text, String word, int width) {
        text.append(word).repeat(' ', Math.max(0, width - word.length()));
    }

    private static void right(StringBuilder text, String word, int width) {
        text.repeat(' ', Math.max(0, width - word.length())).append(word);
    }

    /** With two digits, rounded as C's printf does: the double's exact value, halves to even. */
    static String percent(long part, long whole) {
        double percent = whole == 0 ? 0 : 100 * (double) part / whole;
        long hundredths = (long) Math.rint(100 * percent);
        // The product was rounded itself; what it is off by is exact here, and decides.
        double rest = Math.fma(100, percent, -hundredths);
        hundredths += rest > 0.5 || rest == 0.5 && hundredths % 2 != 0 ? 1
                : rest < -0.5 || rest == -0.5 && hundredths % 2 != 0 ? -1 : 0;
        String digits = Long.toString(hundredths % 100);
        return hundredths / 100 + (digits.length() == 1 ? ".0" : ".") + digits;
    }
}
