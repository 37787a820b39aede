package dev.neon.cli.command.wal;

import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.dialect.WalDialect;
import dev.neon.inspect.Grouping;
import dev.neon.inspect.RangeEnd;
import dev.neon.inspect.RangeScan;
import dev.neon.inspect.RecordFilter;
import dev.neon.inspect.Scan;
import dev.neon.inspect.WalRange;
import dev.neon.inspect.WalStats;
import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code neon wal stats}. */
public final class WalStatsCommand extends FilteredWalCommand {
    /** The order of the rows. */
    private enum Order { NUMBER, NAME, COUNT, RECORD_SIZE, IMAGE_SIZE, SIZE }

    private final Option<Grouping> by = option("--by").label("what").help("what makes a row, rmgr if left out")
            .of(Grouping.class);
    private final Option<Order> sort = option("--sort").label("column")
            .help("the order of the rows; if left out that of the numbers, relations and databases by size")
            .of(Order.class);
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Count the records of the write-ahead log and their sizes")
                .text("""
                        Prints the counts and sizes of records, of the page images in them, and of both, in the columns of \
                        'pg_waldump --stats'; '--by record' is its '--stats=record'. A record counts for the relation and \
                        the database of the first block that it refers to; 'none' are those that refer to no block, \
                        'shared' the relations of no database.

                        """ + RANGES)
                .example("neon wal stats main", "Shows what the WAL of main consists of.")
                .example("neon wal stats v1..main --by relation", "Shows which relations were written most since v1.")
                .example("neon wal stats --wal-dir /var/lib/postgresql/15/main --by record",
                        "Reads a server's WAL without a repository.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        Output output = invocation.output();
        if (isList(output)) {
            return ExitCode.OK;
        }
        WalRange range = range(invocation);
        WalDialect dialect = WalDialect.of(range.source().major());
        RecordFilter filter = filter(dialect);
        Grouping grouping = by.orElse(Grouping.RMGR);
        WalStats sum = new WalStats(grouping, filter);
        Scan scan;
        try (Progress.Task task = invocation.progress().begin("reading WAL", Progress.UNKNOWN_TOTAL,
                Progress.Unit.BYTES)) {
            scan = new RangeScan<>(range, () -> new WalStats(grouping, filter), sum, task).run(threads());
        }
        scan.first().ifPresent(first -> noteSkipped(range, first, output));
        print(output, sorted(sum.rows(dialect), grouping), scan.first().orElse(range.from()),
                sum.endLsn() == 0 ? scan.end() : new Lsn(sum.endLsn()));
        RangeEnd.problem(range, scan).ifPresent(problem -> {
            throw problem;
        });
        return ExitCode.OK;
    }

    private List<WalStats.Row> sorted(List<WalStats.Row> rows, Grouping grouping) {
        Order usual = switch (grouping) {
            case RMGR, RECORD -> Order.NUMBER;
            case RELATION, DATABASE -> Order.SIZE;
        };
        List<WalStats.Row> sorted = new ArrayList<>(rows);
        switch (sort.orElse(usual)) {
            case NUMBER -> { }
            case NAME -> sorted.sort(Comparator.comparing(WalStats.Row::name));
            case COUNT -> sorted.sort(Comparator.comparingLong(WalStats.Row::count).reversed());
            case RECORD_SIZE -> sorted.sort(Comparator.comparingLong(WalStats.Row::recordBytes).reversed());
            case IMAGE_SIZE -> sorted.sort(Comparator.comparingLong(WalStats.Row::imageBytes).reversed());
            case SIZE -> sorted.sort(Comparator.comparingLong(WalStats.Row::bytes).reversed());
        }
        return sorted;
    }

    private void print(Output output, List<WalStats.Row> rows, Lsn from, Lsn to) {
        StatsTable table = new StatsTable(rows);
        if (json.isSet()) {
            output.json(out -> out.object(() -> {
                out.put("from", from.toString()).put("to", to.toString());
                out.putArray("groups", rows, row -> out.object(() -> numbers(out.put("name", row.name()), row)));
                out.putObject("total", () -> numbers(out, new WalStats.Row("", table.sum(WalStats.Row::count),
                        table.sum(WalStats.Row::recordBytes), table.sum(WalStats.Row::imageBytes))));
            }));
        } else {
            output.lines(table.text(from, to));
        }
    }

    private static void numbers(Json out, WalStats.Row row) {
        out.put("count", row.count()).put("recordBytes", row.recordBytes()).put("imageBytes", row.imageBytes())
                .put("bytes", row.bytes());
    }
}
