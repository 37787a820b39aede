package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.SegmentDetails;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionEnding;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.rmgr.WalDialect;
import dev.neon.walindex.SegmentTally.Keep;
import dev.neon.walindex.SegmentTally.Tallied;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What happened in a history, newest first. The WAL of one segment is read at a time, and only as far as the caller
 * goes; what a transaction did in segments before is in the index. Used by one thread at a time.
 */
public final class TimelineLog {
    private final WalIndex index;

    public TimelineLog(WalIndex index) {
        this.index = index;
    }

    /** Everything. */
    public Stream<LogEvent> newestFirst() {
        return newestFirst(segment -> true);
    }

    /**
     * What is in some segments.
     *
     * @param wanted says of a segment's summary whether it has to be read: by its times, for example
     * @throws dev.neon.repo.error.CorruptFileException when a segment is come to whose WAL is damaged
     */
    public Stream<LogEvent> newestFirst(Predicate<SegmentSummary> wanted) {
        return StreamSupport.stream(index.newestFirst().spliterator(), false)
                .filter(segment -> wanted.test(segment.summary())).flatMap(segment -> events(segment).stream());
    }

    private List<LogEvent> events(IndexedSegment segment) {
        SegmentDetails details = read(segment.summary());
        List<LogEvent> events = new ArrayList<>();
        details.restorePoints().forEach(point -> events.add(new LogEvent.RestorePointMade(point)));
        details.restarts().forEach(restart -> events.add(new LogEvent.Restarted(restart)));
        details.transactions().stream().filter(part -> part.end().isPresent())
                .forEach(part -> events.add(new LogEvent.TransactionEnded(whole(part, segment.summary()))));
        events.sort(Comparator.comparing(LogEvent::at).reversed());
        return events;
    }

    private SegmentDetails read(SegmentSummary segment) {
        Lsn end = Lsn.min(segment.start().plus(index.source().segmentSize()), index.end());
        try (SegmentWalk walk = SegmentWalk.from(index.source(), segment.start(), end,
                new SegmentTally(WalDialect.of(index.source().major()), segment.xidBefore(), Keep.ALL))) {
            return walk.next().map(Tallied::details).orElse(SegmentDetails.NONE);
        }
    }

    /** The part of a transaction that ends in a segment, and its parts in those before, back to its home. */
    private TransactionPart whole(TransactionPart last, SegmentSummary segment) {
        if (Long.compareUnsigned(last.xid(), segment.xidBefore()) > 0) {
            return last;
        }
        RelationTally relations = new RelationTally();
        TransactionEnding end = last.end().orElseThrow();
        Lsn first = last.first();
        long records = last.records();
        long bytes = last.bytes();
        relations.add(last);
        for (IndexedSegment earlier : index.newestFirst(segment.start())) {
            for (TransactionPart part : earlier.details().transactions()) {
                if (part.xid() == last.xid() || end.hasSubtransaction(part.xid())) {
                    first = Lsn.min(first, part.first());
                    records += part.records();
                    bytes += part.bytes();
                    relations.add(part);
                }
            }
            if (Long.compareUnsigned(last.xid(), earlier.summary().xidBefore()) > 0) {
                break;
            }
        }
        return new TransactionPart(last.xid(), first, records, bytes, end.wasPrepared(), relations.toList(),
                relations.others(), last.end());
    }
}
