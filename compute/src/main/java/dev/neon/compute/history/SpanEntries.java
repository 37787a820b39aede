package dev.neon.compute.history;

import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.Restart;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.walindex.BackgroundWork;
import dev.neon.walindex.Preparation;
import dev.neon.walindex.SegmentLog;
import dev.neon.walindex.TransactionChanges;
import dev.neon.walindex.TransactionLog;
import dev.neon.walindex.WalIndex;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The entries of a span, newest first. Of WAL no more is read than the caller goes. */
final class SpanEntries {
    private final HistorySpan span;
    private final LogFilter filter;
    private final Supplier<WalIndex> index;
    private final Deque<LogEntry> events;
    private final Deque<LogEntry> records = new ArrayDeque<>();
    private Optional<Iterator<SegmentLog>> segments = Optional.empty();
    private Optional<LogEntry> next = Optional.empty();
    private Optional<Lsn> passedOver = Optional.empty();
    private boolean isOver;

    /**
     * @param index  asked when WAL is needed
     * @param events of the span, newest first
     */
    SpanEntries(HistorySpan span, LogFilter filter, Supplier<WalIndex> index, List<LogEntry> events) {
        this.span = span;
        this.filter = filter;
        this.index = index;
        this.events = new ArrayDeque<>(events);
    }

    HistorySpan span() {
        return span;
    }

    /** The next entry, which stays until {@link #take}. */
    Optional<LogEntry> peek() {
        while (next.isEmpty() && !isOver) {
            Optional<LogEntry> candidate = candidate();
            isOver = candidate.isEmpty();
            next = candidate.filter(filter::accepts);
            if (next.isEmpty() && candidate.isPresent()) {
                passedOver = Optional.of(candidate.get().lsn());
            }
        }
        return next;
    }

    LogEntry take() {
        LogEntry taken = peek().orElseThrow();
        next = Optional.empty();
        return taken;
    }

    /** The LSN of the last entry that was not wanted, if one has been met. */
    Optional<Lsn> passedOver() {
        return passedOver;
    }

    private Optional<LogEntry> candidate() {
        fillRecords();
        boolean isEvent = !events.isEmpty()
                && (records.isEmpty() || !events.getFirst().lsn().isBefore(records.getFirst().lsn()));
        return Optional.ofNullable(isEvent ? events.pollFirst() : records.pollFirst());
    }

    private void fillRecords() {
        if (!span.from().isBefore(span.to())) {
            return;
        }
        Iterator<SegmentLog> more = segments.orElseGet(() -> {
            Predicate<SegmentSummary> wanted = summary -> filter.accepts(TimestampTz.toInstant(summary.earliest()),
                    TimestampTz.toInstant(summary.latest()));
            Iterator<SegmentLog> opened =
                    new TransactionLog(index.get()).newestFirst(span.from(), span.to(), wanted);
            segments = Optional.of(opened);
            return opened;
        });
        while (records.isEmpty() && more.hasNext()) {
            take(more.next());
        }
    }

    private void take(SegmentLog segment) {
        if (segment.summary().hasEnds() && segment.transactions().isEmpty()) {
            passedOver = Optional.of(Lsn.min(segment.summary().lastRecord(), span.to()));
        }
        List<LogEntry> found = new ArrayList<>();
        segment.transactions().forEach(ended -> found.add(new LogEntry.Transaction(span.timeline(), ended,
                () -> TransactionChanges.of(index.get().source(), ended))));
        segment.restarts().forEach(restart -> found.add(new LogEntry.Restart(span.timeline(), restart.end(),
                time(restart.time()), restart.kind() == Restart.Kind.END_OF_RECOVERY)));
        segment.restorePoints().forEach(point -> found.add(new LogEntry.RestorePoint(span.timeline(), point.end(),
                time(point.time()), point.name())));
        segment.prepared().forEach(part -> Preparation.find(index.get().source(), part).ifPresent(prepared ->
                found.add(new LogEntry.Prepare(span.timeline(), prepared.end(), time(prepared.time()), prepared.xid(),
                        prepared.gid()))));
        if (filter.background()) {
            BackgroundWork.of(index.get().source(), segment.summary(), span.from(), span.to())
                    .ifPresent(work -> found.add(new LogEntry.Background(span.timeline(), work)));
        }
        found.removeIf(entry -> !isInside(entry.lsn()));
        found.sort(Comparator.comparing(LogEntry::lsn).reversed());
        records.addAll(found);
    }

    private boolean isInside(Lsn lsn) {
        return lsn.isAfter(span.from()) && !lsn.isAfter(span.to());
    }

    private static Optional<Instant> time(long time) {
        return Optional.of(TimestampTz.toInstant(time));
    }
}
