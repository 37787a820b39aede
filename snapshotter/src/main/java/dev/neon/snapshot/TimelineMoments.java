package dev.neon.snapshot;

import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.NearNames;
import dev.neon.repo.walindex.RestorePoint;
import dev.neon.walindex.TransactionFate;
import dev.neon.walindex.WalIndex;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.Set;

/** Points of a timeline that are known by what happened there. Apart, so that other commands do not load the index. */
final class TimelineMoments {
    private static final long EPOCH = 1L << 32;
    private static final long FIRST_NORMAL_XID = 3;

    private final Repository repository;
    private final TimelineId timeline;
    private final Snapshot oldest;
    private final Instant begin;
    private final WalIndex index;

    /**
     * @param oldest the snapshot with which the timeline's history begins
     * @param begin  its time
     */
    TimelineMoments(Repository repository, TimelineId timeline, RepositoryWal wal, Snapshot oldest, Instant begin) {
        this.repository = repository;
        this.timeline = timeline;
        this.oldest = oldest;
        this.begin = begin;
        this.index = WalIndex.open(repository, timeline, wal.source(timeline), wal.end(timeline));
    }

    /** Where the first commit or abort after {@code time} starts, which may be amid the page header before it. */
    Lsn atTime(Instant time) {
        if (time.isBefore(begin)) {
            throw beforeHistory(time);
        }
        Lsn found = index.firstEndAfter(TimestampTz.of(time)).orElse(index.end());
        if (found.isBefore(oldest.lsn())) {
            throw beforeHistory(time);
        }
        return found;
    }

    private InvalidInputException beforeHistory(Instant time) {
        String since = oldest.clean() ? ", " + text(begin) + "."
                : ", with a snapshot that was begun at " + text(begin) + " and was complete there.";
        return new InvalidInputException("time " + text(time) + " is before the history of timeline '" + timeline + "'",
                "Its history begins at " + oldest.lsn() + since);
    }

    private String text(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx")
                .format(time.atZone(repository.context().clock().getZone()));
    }

    Lsn afterTransaction(long xid) {
        if (Long.compareUnsigned(xid, FIRST_NORMAL_XID) < 0) {
            throw new InvalidInputException("invalid transaction id '" + xid + "'",
                    "Transactions are numbered from " + FIRST_NORMAL_XID + ".");
        }
        TransactionFate fate = index.fateOf(full(xid));
        return switch (fate) {
            case TransactionFate.Ended ended when !ended.end().isBefore(oldest.lsn()) -> ended.end();
            case TransactionFate.Ended ended -> throw no(xid, "ended before the history",
                    "It ended at " + ended.end() + "; the history begins at " + oldest.lsn() + ".");
            case TransactionFate.Running running -> throw no(xid, "has not ended",
                    "It is running, or was taken back without a trace. Wait for its end, or name a time or an LSN.");
            case TransactionFate.Prepared prepared -> throw no(xid, "has not ended: it is prepared",
                    "It ends with COMMIT PREPARED or ROLLBACK PREPARED.");
            case TransactionFate.Lost lost -> throw no(xid, "never ended: its server stopped while it ran",
                    "What it did was never seen by others. The server came back at " + lost.restart() + ".");
            case TransactionFate.NotBegun none -> throw no(xid, "does not exist",
                    "The newest transaction has the id " + Long.toUnsignedString(none.newest()) + ".");
            case TransactionFate.BeforeHistory before -> throw no(xid, "is before the history",
                    "The WAL that is there begins with transaction " + Long.toUnsignedString(before.oldest()) + ".");
        };
    }

    private NotFoundException no(long xid, String why, String hint) {
        return new NotFoundException("transaction " + Long.toUnsignedString(xid) + " of timeline '" + timeline + "' "
                + why, hint);
    }

    /** Of 32 bits, the newest that has them. */
    private long full(long xid) {
        if (Long.compareUnsigned(xid, EPOCH) >= 0) {
            return xid;
        }
        long newest = index.highestXid();
        long ofThisEpoch = newest & -EPOCH | xid;
        boolean isLater = Long.compareUnsigned(ofThisEpoch, newest) > 0;
        return isLater && newest >>> 32 != 0 ? ofThisEpoch - EPOCH : ofThisEpoch;
    }

    Lsn restorePoint(String name) {
        Set<String> names = new LinkedHashSet<>();
        for (RestorePoint point : index.restorePoints()) {
            if (point.name().equals(name) && !point.end().isBefore(oldest.lsn())) {
                return point.end();
            }
            names.add(point.name());
        }
        String hint = NearNames.hint(name, names)
                .orElse("A time is written like '2026-11-20 10:00' or '5 minutes ago'.");
        throw new NotFoundException("'" + name + "' is neither a time nor a restore point of timeline '" + timeline
                + "'", hint);
    }
}
