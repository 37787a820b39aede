package dev.neon.cli.command.wal;

import dev.neon.cli.io.Output;
import dev.neon.inspect.RangeEnd;
import dev.neon.inspect.RecordFilter;
import dev.neon.inspect.Scan;
import dev.neon.inspect.WalRange;
import dev.neon.repo.Lsn;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Prints records, many at a time. */
final class RecordDump {
    private static final int FLUSHED_AT = 64 << 10;
    /** How often a Ctrl-C is looked for where nothing is printed. */
    private static final int RECORDS_BETWEEN_LOOKS = 1 << 12;
    private static final long SHORTEST_WAIT_MILLIS = 10;
    private static final long LONGEST_WAIT_MILLIS = 500;

    private final WalRange range;
    private final RecordFilter filter;
    private final BiConsumer<WalRecord, StringBuilder> format;
    private final Output output;
    private final int limit;
    private final StringBuilder text = new StringBuilder(2 * FLUSHED_AT);

    private Optional<Lsn> first = Optional.empty();
    private long read;
    private int shown;
    /** Nothing more is wanted: the limit or the end of the range is reached, or nobody reads any more. */
    private boolean done;

    RecordDump(WalRange range, RecordFilter filter, BiConsumer<WalRecord, StringBuilder> format, Output output,
            int limit) {
        this.range = range;
        this.filter = filter;
        this.format = format;
        this.output = output;
        this.limit = limit;
    }

    /** Prints what is there; what is damaged is thrown after what stands before it was printed. */
    void run() throws InterruptedException {
        if (range.isEmpty()) {
            return;
        }
        try (WalReader reader = open()) {
            readAll(reader);
            if (!done) {
                RangeEnd.problem(range, scan(reader)).ifPresent(problem -> {
                    throw problem;
                });
            }
        }
    }

    /** Prints what is there and what comes, until the limit is reached or the thread is interrupted. */
    void follow() {
        try (WalReader reader = open()) {
            long wait = SHORTEST_WAIT_MILLIS;
            while (true) {
                long before = read;
                readAll(reader);
                if (done) {
                    return;
                }
                // A busy server is looked at often, an idle one twice a second.
                wait = read > before ? SHORTEST_WAIT_MILLIS : Math.min(2 * wait, LONGEST_WAIT_MILLIS);
                Thread.sleep(wait);
            }
        } catch (InterruptedException ctrlC) {
            // What was read has been printed, and this is how following ends.
        }
    }

    private WalReader open() {
        return RecordSearch.atOrAfter(range.source(), range.from())
                .orElseGet(() -> WalReader.from(range.source(), range.from()));
    }

    private Scan scan(WalReader reader) {
        return new Scan(first, reader.hasRecord() ? Optional.of(reader.start()) : Optional.empty(), reader.end(),
                reader.why());
    }

    private void readAll(WalReader reader) throws InterruptedException {
        long end = range.to().map(Lsn::value).orElse(Long.MAX_VALUE);
        try {
            while (!done && reader.next()) {
                if (reader.dataEnd() > end) {
                    done = true;
                    return;
                }
                if (first.isEmpty()) {
                    first = Optional.of(reader.start());
                    FilteredWalCommand.noteSkipped(range, reader.start(), output);
                }
                if (++read % RECORDS_BETWEEN_LOOKS == 0 && Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (filter.matches(reader)) {
                    show(reader);
                }
            }
        } finally {
            flush();
        }
    }

    private void show(WalReader reader) {
        if (!output.isQuiet()) {
            format.accept(reader.record(), text);
            if (text.length() >= FLUSHED_AT) {
                flush();
            }
        }
        done |= ++shown == limit;
    }

    private void flush() {
        if (!text.isEmpty()) {
            done |= !output.lines(text);
        }
    }
}
