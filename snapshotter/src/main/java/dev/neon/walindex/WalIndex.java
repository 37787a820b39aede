package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.walindex.IndexPart;
import dev.neon.repo.walindex.IndexPartHeader;
import dev.neon.repo.walindex.RestorePoint;
import dev.neon.repo.walindex.WalIndexFiles;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import dev.neon.walindex.SegmentTally.Keep;
import dev.neon.walindex.SegmentTally.Tallied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The index of a timeline's history, its ancestors' up to each fork included, as far as the WAL is there. It answers
 * for the moment at which it was opened; what a server writes later is not in it. Used by one thread at a time.
 */
public final class WalIndex {
    private final WalSource source;
    private final Lsn end;
    private final List<LazyPart> parts = new ArrayList<>();
    /** Where the WAL begins that is not in {@link #parts}. */
    private Lsn tail;
    private boolean isTailAdded;

    private WalIndex(WalSource source, Lsn end) {
        this.source = source;
        this.end = end;
        this.tail = end;
    }

    /**
     * Opens the index and brings it up to date, on disk too where that is possible: a segment that is complete and not
     * in it is read once. The last, incomplete one is read every time.
     *
     * @param source the timeline's WAL
     * @param end    where that ends
     * @throws dev.neon.repo.error.CorruptFileException if WAL that has to be read is damaged
     */
    public static WalIndex open(Repository repository, TimelineId timeline, WalSource source, Lsn end) {
        WalIndex index = new WalIndex(source, end);
        Optional<Lsn> begin = source.begin();
        if (begin.isPresent() && begin.get().isBefore(end)) {
            index.fill(repository, timeline, index.segmentOf(begin.get()));
        }
        return index;
    }

    /**
     * Each timeline's index begins with the segment in which it was forked, whose first part repeats its ancestor's,
     * and all before is the ancestor's.
     */
    private void fill(Repository repository, TimelineId timeline, Lsn begin) {
        List<SpanIndex> spans = new ArrayList<>();
        Lsn from = begin;
        for (Ancestor ancestor : repository.timelines().history(timeline).ancestors()) {
            Lsn to = Lsn.max(from, segmentOf(ancestor.forkPoint()));
            spans.add(span(repository, ancestor.timeline(), from, to));
            from = to;
        }
        // A segment counts as complete when the next has been begun: PostgreSQL has forced it to disk by then.
        spans.add(span(repository, timeline, from, Lsn.max(from, segmentOf(end.plus(-1)))));
        spans.forEach(SpanIndex::load);
        extend(repository, spans);
        spans.forEach(span -> parts.addAll(span.parts()));
        tail = parts.isEmpty() ? begin : parts.getLast().end();
    }

    private SpanIndex span(Repository repository, TimelineId timeline, Lsn from, Lsn to) {
        return new SpanIndex(new WalIndexFiles(repository.timelines().walIndexDirectory(timeline), repository.files(),
                source.identity()), source, from, to);
    }

    private void extend(Repository repository, List<SpanIndex> spans) {
        long missing = spans.stream().mapToLong(SpanIndex::missingBytes).sum();
        try (Progress.Task task = repository.context().progress().begin("indexing WAL", missing, Progress.Unit.BYTES)) {
            OptionalLong highestXid = OptionalLong.empty();
            for (SpanIndex span : spans) {
                span.extend(highestXid, task::advance);
                highestXid = span.highestXid().isPresent() ? span.highestXid() : highestXid;
            }
        }
    }

    /** All parts, with one for the WAL that is not on disk in the index, which is only now added up. */
    private List<LazyPart> parts() {
        if (!isTailAdded) {
            isTailAdded = true;
            addTail();
        }
        return parts;
    }

    private void addTail() {
        long highest = parts.isEmpty() ? FirstXid.before(source, tail) : parts.getLast().last().xidAfter();
        IndexPart part = new IndexPart(source.identity().systemIdentifier(), source.segmentSize(), highest);
        try (SegmentWalk walk = SegmentWalk.from(source, tail, end,
                new SegmentTally(highest, Keep.WHAT_OTHERS_NEED))) {
            for (Optional<Tallied> found = walk.next(); found.isPresent(); found = walk.next()) {
                part.add(found.get().summary(), found.get().details());
            }
        }
        if (!part.summaries().isEmpty()) {
            parts.add(new LazyPart(part.header(), tail, end, () -> part));
        }
    }

    private Lsn segmentOf(Lsn lsn) {
        return new Lsn(lsn.value() & -(long) source.segmentSize());
    }

    /** The WAL that is indexed. */
    public WalSource source() {
        return source;
    }

    /** Where it ends. */
    public Lsn end() {
        return end;
    }

    /** All segments, the last perhaps incomplete, newest first; what the caller does not come to is not read. */
    public Iterable<IndexedSegment> newestFirst() {
        return newestFirst(end);
    }

    /** The segments that begin before {@code limit}, newest first. */
    Iterable<IndexedSegment> newestFirst(Lsn limit) {
        return () -> parts().reversed().stream().filter(part -> part.header().start().isBefore(limit))
                .flatMap(part -> part.segments().reversed().stream())
                .filter(segment -> segment.summary().start().isBefore(limit)).iterator();
    }

    /** The segments of the parts that may have something, oldest first. */
    private Iterable<IndexedSegment> segments(Predicate<IndexPartHeader> wanted) {
        return () -> parts().stream().filter(part -> wanted.test(part.header()))
                .flatMap(part -> part.segments().stream()).iterator();
    }

    /** The highest transaction id, of 64 bits, that was given out before the end; as far as the WAL tells. */
    public long highestXid() {
        return parts().isEmpty() ? 0 : parts().getLast().last().xidAfter();
    }

    /** Where the first commit or abort record starts whose time is later. */
    public Optional<Lsn> firstEndAfter(long time) {
        Predicate<WalRecord> isLater = record -> TransactionEnd.time(record) > time;
        for (LazyPart part : parts) {
            for (IndexedSegment segment : part.header().latest() > time ? part.segments() : List.<IndexedSegment>of()) {
                if (segment.summary().hasEnds() && segment.summary().latest() > time) {
                    return EndScan.first(source, segment.summary(), isLater).map(EndScan.Found::start);
                }
            }
        }
        // To look for one thing in the tail takes less than to add it up.
        return isTailAdded ? Optional.empty() : RecordBoundaries.firstRecord(source, tail)
                .flatMap(first -> EndScan.first(source, first, end.plus(-1), isLater)).map(EndScan.Found::start);
    }

    /**
     * What became of a transaction.
     *
     * @param xid of 64 bits
     */
    public TransactionFate fateOf(long xid) {
        if (Long.compareUnsigned(xid, highestXid()) > 0) {
            return new TransactionFate.NotBegun(highestXid());
        }
        long oldest = parts().getFirst().segments().getFirst().summary().xidBefore() + 1;
        return new TransactionSearch(xid, oldest)
                .in(source, segments(part -> Long.compareUnsigned(part.xidAfter(), xid) >= 0));
    }

    /** The restore points, newest first, as far as the caller goes. */
    public Iterable<RestorePoint> restorePoints() {
        return () -> parts().reversed().stream().filter(part -> part.header().restorePoints() > 0)
                .flatMap(part -> part.segments().reversed().stream())
                .flatMap(segment -> segment.details().restorePoints().reversed().stream()).iterator();
    }
}
