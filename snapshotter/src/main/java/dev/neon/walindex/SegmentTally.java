package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.Restart;
import dev.neon.repo.walindex.RestorePoint;
import dev.neon.repo.walindex.SegmentDetails;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionEnding;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.repo.walindex.XidRun;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.rmgr.xlog.XlogLandmark;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;

/** Adds up one segment's records after the other's. Nothing is allocated for a record, nor for most transactions. */
final class SegmentTally {
    /** What a tally is for. */
    enum Keep {
        /** The index: transactions that the segment alone does not tell. */
        WHAT_OTHERS_NEED,
        /** A log: all transactions. */
        ALL
    }

    private static final int RM_XLOG = 0;
    private static final int RM_XACT = 1;

    private final FullXids xids;
    private final Keep keep;
    private final TallyTable table = new TallyTable();
    private final List<TransactionPart> ended = new ArrayList<>();
    private final List<RestorePoint> restorePoints = new ArrayList<>();
    private final List<Restart> restarts = new ArrayList<>();
    private long start;
    private long xidBefore;
    private long first;
    private long last;
    private int lastCrc;
    private int records;
    private long bytes;
    private int commits;
    private int aborts;
    private long firstTime;
    private long lastTime;
    private long earliest;
    private long latest;

    /** @param highestXid the highest 64-bit id known before the first segment */
    SegmentTally(long highestXid, Keep keep) {
        this.xids = new FullXids(highestXid);
        this.keep = keep;
    }

    /** Begins a segment. */
    void begin(Lsn segment) {
        start = segment.value();
        xidBefore = xids.highest();
        first = start;
        last = start;
        lastCrc = 0;
        records = 0;
        bytes = 0;
        commits = 0;
        aborts = 0;
        firstTime = 0;
        lastTime = 0;
        earliest = 0;
        latest = 0;
        ended.clear();
        restorePoints.clear();
        restarts.clear();
    }

    /** Adds the reader's record, which starts in the segment. */
    void add(WalReader reader) {
        WalRecord record = reader.record();
        last = record.startLsn();
        if (records == 0) {
            first = last;
        }
        lastCrc = reader.crc();
        records++;
        bytes += record.length();
        if (record.rmid() == RM_XACT && TransactionEnd.isEnd(record)) {
            addEnd(record);
        } else if (record.xid() != 0) {
            TransactionTally tally = tally(record.xid());
            tally.add(record);
            if (TransactionEnd.isPrepare(record)) {
                tally.prepare();
            }
        }
        if (record.rmid() == RM_XLOG) {
            addLandmark(record);
        }
    }

    private TransactionTally tally(int xid) {
        return table.get(xid, xids.seen(xid), last);
    }

    private void addEnd(WalRecord record) {
        int xid = TransactionEnd.xid(record);
        boolean isCommit = TransactionEnd.isCommit(record);
        TransactionTally tally = tally(xid);
        tally.add(record);
        int[] subtransactions = TransactionEnd.subtransactions(record);
        for (int subtransaction : subtransactions) {
            xids.seen(subtransaction);
            if (table.has(subtransaction)) {
                tally.add(tally(subtransaction));
                table.remove(subtransaction);
            }
        }
        addTime(isCommit, TransactionEnd.time(record));
        boolean isWhole = Long.compareUnsigned(tally.xid(), xidBefore) > 0;
        if (keep == Keep.ALL || !isWhole) {
            tally.end(new TransactionEnding(record.start(), record.end(), lastTime, isCommit,
                    TransactionEnd.isOfPrepared(record), runs(subtransactions)));
            ended.add(tally.toPart());
        }
        table.remove(xid);
    }

    private void addTime(boolean isCommit, long time) {
        boolean isFirst = commits + aborts == 0;
        commits += isCommit ? 1 : 0;
        aborts += isCommit ? 0 : 1;
        firstTime = isFirst ? time : firstTime;
        earliest = isFirst ? time : Math.min(earliest, time);
        latest = isFirst ? time : Math.max(latest, time);
        lastTime = time;
    }

    private List<XidRun> runs(int[] subtransactions) {
        List<XidRun> runs = new ArrayList<>();
        for (int xid : subtransactions) {
            long full = FullXids.nearest(xid, xids.highest());
            XidRun before = runs.isEmpty() ? new XidRun(full, 0) : runs.removeLast();
            if (before.first() + before.count() == full) {
                runs.add(new XidRun(before.first(), before.count() + 1));
            } else {
                runs.add(before);
                runs.add(new XidRun(full, 1));
            }
        }
        return runs;
    }

    private void addLandmark(WalRecord record) {
        if (XlogLandmark.isRestorePoint(record)) {
            restorePoints.add(new RestorePoint(record.start(), record.end(), XlogLandmark.time(record),
                    XlogLandmark.name(record)));
        } else if (XlogLandmark.isEndOfRecovery(record)) {
            addRestart(record, Restart.Kind.END_OF_RECOVERY);
        } else if (XlogLandmark.isCheckPoint(record)) {
            xids.givenOut(XlogLandmark.nextXid(record) - 1);
            if (XlogLandmark.isShutdown(record)) {
                addRestart(record, Restart.Kind.SHUTDOWN_CHECKPOINT);
            }
        }
    }

    private void addRestart(WalRecord record, Restart.Kind kind) {
        restarts.add(new Restart(record.start(), record.end(), XlogLandmark.time(record), kind));
    }

    /** Ends the segment: what its records add up to. */
    Tallied finish() {
        SegmentSummary summary = new SegmentSummary(new Lsn(start), (int) (first - start), (int) (last - start),
                lastCrc, records, bytes, commits, aborts, firstTime, lastTime, earliest, latest, xidBefore,
                xids.highest());
        List<TransactionPart> parts = new ArrayList<>(ended);
        table.clear().forEach(tally -> parts.add(tally.toPart()));
        return new Tallied(summary, new SegmentDetails(restorePoints, restarts, parts));
    }

    /** A segment's summary, with what is in it one by one. */
    record Tallied(SegmentSummary summary, SegmentDetails details) {}
}
