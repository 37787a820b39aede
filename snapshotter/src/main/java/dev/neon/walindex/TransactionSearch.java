package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.Restart;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.Optional;

/**
 * Finds the end of one transaction. In the segment where its id was new, its home, the WAL itself is looked at; in all
 * later ones the index lists those that end away from home. So one segment is read at most.
 */
final class TransactionSearch {
    private final long xid;
    private final long oldest;
    private boolean isSeen;
    private boolean isPrepared;
    private Optional<Lsn> restart = Optional.empty();

    /** @param oldest the first id that was new in the WAL that is there */
    TransactionSearch(long xid, long oldest) {
        this.xid = xid;
        this.oldest = oldest;
    }

    /** @param segments oldest first; those before the home may be left out */
    TransactionFate in(WalSource source, Iterable<IndexedSegment> segments) {
        boolean isBeyondHome = Long.compareUnsigned(xid, oldest) < 0;
        for (IndexedSegment segment : segments) {
            boolean isHome = segment.summary().isHome(xid);
            if (isHome || isBeyondHome) {
                Optional<Lsn> end = isHome ? endAtHome(source, segment.summary()) : Optional.empty();
                end = end.or(() -> endAwayFromHome(segment));
                if (end.isPresent()) {
                    return new TransactionFate.Ended(end.get());
                }
                notice(segment, isHome);
            }
            isBeyondHome |= isHome;
        }
        return notEnded();
    }

    private Optional<Lsn> endAtHome(WalSource source, SegmentSummary home) {
        return EndScan.first(source, home, record -> ends(record, home)).map(EndScan.Found::end);
    }

    private boolean ends(WalRecord record, SegmentSummary home) {
        if (isMeant(TransactionEnd.xid(record), home)) {
            return true;
        }
        for (int subtransaction : TransactionEnd.subtransactions(record)) {
            if (isMeant(subtransaction, home)) {
                return true;
            }
        }
        return false;
    }

    private boolean isMeant(int found, SegmentSummary home) {
        return found == (int) xid && FullXids.nearest(found, home.xidAfter()) == xid;
    }

    private Optional<Lsn> endAwayFromHome(IndexedSegment segment) {
        return segment.details().transactions().stream().flatMap(part -> part.end()
                .filter(end -> part.xid() == xid || end.hasSubtransaction(xid)).stream()).findFirst()
                .map(end -> end.end());
    }

    /** Collects what tells why a transaction has no end. */
    private void notice(IndexedSegment segment, boolean isHome) {
        Optional<Lsn> first = Optional.empty();
        for (TransactionPart part : segment.details().transactions()) {
            if (part.xid() == xid) {
                first = Optional.of(part.first());
                isPrepared |= part.isPrepared();
            }
        }
        // Where the id has no record, it is not known on which side of a restart in its home it was given out.
        boolean wasSeen = isSeen || !isHome;
        isSeen |= first.isPresent();
        for (Restart stop : segment.details().restarts()) {
            boolean isAfter = first.isPresent() ? stop.start().isAfter(first.get()) : wasSeen;
            if (isAfter && restart.isEmpty()) {
                restart = Optional.of(stop.end());
            }
        }
    }

    private TransactionFate notEnded() {
        if (isPrepared) {
            return new TransactionFate.Prepared();
        }
        if (!isSeen && Long.compareUnsigned(xid, oldest) < 0) {
            return new TransactionFate.BeforeHistory(oldest);
        }
        return restart.isPresent() ? new TransactionFate.Lost(restart.get()) : new TransactionFate.Running();
    }
}
