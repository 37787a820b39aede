package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.SegmentDetails;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.walindex.SegmentTally.Keep;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The transactions of a history, newest first. A segment's WAL is read when the caller comes to it, and not at all if
 * nothing ended in it; of a transaction that began earlier the index tells the rest.
 */
public final class TransactionLog {
    private final WalIndex index;

    public TransactionLog(WalIndex index) {
        this.index = index;
    }

    /**
     * The segments in which something may have ended, newest first.
     *
     * @param from   exclusive: where the oldest record ends that is of no interest
     * @param to     inclusive: where the newest record ends that is
     * @param wanted of the segments in which transactions ended, those that shall be read; of others all but the
     *               transactions is told
     */
    public Iterator<SegmentLog> newestFirst(Lsn from, Lsn to, Predicate<SegmentSummary> wanted) {
        Iterator<IndexedSegment> segments = index.newestFirst(to).iterator();
        return new Iterator<>() {
            private Optional<IndexedSegment> next = Optional.empty();

            @Override
            public boolean hasNext() {
                if (next.isEmpty() && segments.hasNext()) {
                    next = Optional.of(segments.next()).filter(segment ->
                            from.isBefore(segment.summary().start().plus(index.source().segmentSize())));
                }
                return next.isPresent();
            }

            @Override
            public SegmentLog next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                SegmentLog log = read(next.orElseThrow(), wanted);
                next = Optional.empty();
                return log;
            }
        };
    }

    private SegmentLog read(IndexedSegment segment, Predicate<SegmentSummary> wanted) {
        SegmentSummary summary = segment.summary();
        boolean isRead = summary.hasEnds() && wanted.test(summary);
        SegmentDetails details = isRead ? tally(summary) : segment.details();
        List<UnfinishedTransaction> ended = new ArrayList<>();
        List<TransactionPart> prepared = new ArrayList<>();
        for (TransactionPart part : details.transactions()) {
            if (part.end().isPresent() && isRead) {
                ended.add(new UnfinishedTransaction(part, part.end().get()));
            }
            if (part.isPrepared()) {
                prepared.add(part);
            }
        }
        addEarlier(summary, ended);
        return new SegmentLog(summary, ended.stream().map(UnfinishedTransaction::toLogged).toList(), details.restarts(),
                details.restorePoints(), prepared);
    }

    private SegmentDetails tally(SegmentSummary summary) {
        Lsn end = Lsn.min(summary.start().plus(index.source().segmentSize()), index.end());
        SegmentTally tally = new SegmentTally(summary.xidBefore(), Keep.ALL);
        try (SegmentWalk walk = SegmentWalk.from(index.source(), summary.start(), end, tally)) {
            return walk.next().orElseThrow().details();
        }
    }

    /** Goes back until every transaction is at home: its id was new there, so it has nothing before. */
    private void addEarlier(SegmentSummary from, List<UnfinishedTransaction> ended) {
        List<UnfinishedTransaction> open = new ArrayList<>(ended);
        open.removeIf(transaction -> isAtHome(transaction, from));
        Iterator<IndexedSegment> earlier = index.newestFirst(from.start()).iterator();
        while (!open.isEmpty() && earlier.hasNext()) {
            IndexedSegment segment = earlier.next();
            List<TransactionPart> parts = segment.details().transactions();
            open.forEach(transaction -> parts.forEach(transaction::takeOwn));
            open.removeIf(transaction -> isAtHome(transaction, segment.summary()));
        }
    }

    private static boolean isAtHome(UnfinishedTransaction transaction, SegmentSummary segment) {
        return Long.compareUnsigned(transaction.xid(), segment.xidBefore()) > 0;
    }
}
