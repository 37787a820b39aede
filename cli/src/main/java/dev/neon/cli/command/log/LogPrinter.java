package dev.neon.cli.command.log;

import dev.neon.cli.io.Output;
import dev.neon.compute.history.HistoryLog;
import dev.neon.compute.history.HistoryLog.Told;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.RelationNames;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.Ancestor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Prints entries as they are found, until enough are printed or nobody reads any more. */
final class LogPrinter {
    private static final int FLUSHED_AT = 64 << 10;
    /** So that what was found is seen while the next is looked for. */
    private static final long FLUSHED_AFTER_NANOS = 100_000_000;

    private static final int ENTRIES_BETWEEN_LOOKS = 64;

    private final HistoryLog log;
    private final RelationNames names;
    private final Times times;
    private final Style style;

    /** How text looks. */
    record Style(boolean oneline, boolean stat, boolean graph) {}

    LogPrinter(HistoryLog log, RelationNames names, Times times, Style style) {
        this.log = log;
        this.names = names;
        this.times = times;
        this.style = style;
    }

    void text(Output output, int limit) {
        EntryText entryText = new EntryText(names, times, output::paint);
        StatText statText = new StatText(names, output::paint);
        Optional<Graph> graph = style.graph() ? Optional.of(new Graph(history(), output::paint)) : Optional.empty();
        StringBuilder text = new StringBuilder();
        long flushed = System.nanoTime();
        Iterator<Told> entries = entries(limit);
        for (boolean isFirst = true; entries.hasNext(); isFirst = false) {
            Told told = entries.next();
            List<String> lines = style.oneline() ? new ArrayList<>(List.of(entryText.oneline(told)))
                    : entryText.full(told, !style.stat());
            if (style.stat() && told.entry() instanceof LogEntry.Transaction transaction) {
                if (!style.oneline()) {
                    lines.add("");
                }
                lines.addAll(statText.of(transaction));
            }
            if (!isFirst && !style.oneline()) {
                text.append(graph.map(Graph::between).orElse("")).append('\n');
            }
            graph.map(drawn -> drawn.beside(told.entry().timeline(), told.entry().lsn(), lines)).orElse(lines)
                    .forEach(line -> text.append(line).append('\n'));
            if (text.length() >= FLUSHED_AT || System.nanoTime() - flushed >= FLUSHED_AFTER_NANOS) {
                if (!output.lines(text) || Thread.currentThread().isInterrupted()) {
                    return;
                }
                flushed = System.nanoTime();
            }
        }
        output.lines(text);
    }

    void json(Output output, int limit) {
        LogJson json = new LogJson(names, style.stat());
        Iterator<Told> entries = entries(limit);
        output.json(out -> out.array(() -> whileRead(entries, output), told -> json.write(told, out)));
    }

    /** Ends when nobody reads any more: what is looked for may be far back. */
    private static Iterator<Told> whileRead(Iterator<Told> entries, Output output) {
        return new Iterator<>() {
            private long asked;

            @Override
            public boolean hasNext() {
                boolean isLook = ++asked % ENTRIES_BETWEEN_LOOKS == 0;
                return (!isLook || output.lines(new StringBuilder())) && entries.hasNext();
            }

            @Override
            public Told next() {
                return entries.next();
            }
        };
    }

    private Iterator<Told> entries(int limit) {
        return new Iterator<>() {
            private int left = limit;
            private Optional<Told> next = Optional.empty();

            @Override
            public boolean hasNext() {
                if (next.isEmpty() && left > 0) {
                    next = log.next();
                    left = next.isPresent() ? left - 1 : 0;
                }
                return next.isPresent();
            }

            @Override
            public Told next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Told told = next.orElseThrow();
                next = Optional.empty();
                return told;
            }
        };
    }

    private Graph.History history() {
        return new Graph.History() {
            @Override
            public Optional<Lsn> nextOn(TimelineId timeline) {
                return log.nextOn(timeline);
            }

            @Override
            public Optional<Ancestor> before(TimelineId timeline) {
                return log.before(timeline);
            }
        };
    }
}
