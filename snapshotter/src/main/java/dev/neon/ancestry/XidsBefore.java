package dev.neon.ancestry;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.standby.StandbyRecord;
import dev.neon.rmgr.xlog.XlogLandmark;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.Optional;

/**
 * Which transactions can have done something before a point: those up to an id that the WAL before it tells. A checkpoint says
 * which id came next at its redo pointer or later ({@code nextXid}, {@code REL_18 xlog.c CreateCheckPoint}), and the list of running
 * transactions that the background writer logs every 15 seconds which one comes next there; from then on, each record has the id of
 * its transaction. It is looked for when it is asked for first.
 */
final class XidsBefore {
    private static final int RM_STANDBY = 8;
    /** So many segments are looked at, the point's own one first. */
    private static final int SEGMENTS = 4;

    private final WalSource source;
    private final Lsn point;
    private Optional<Integer> highest = Optional.empty();
    private boolean isKnown;

    /** @param point the end of a record */
    XidsBefore(WalSource source, Lsn point) {
        this.source = source;
        this.point = point;
    }

    /** The highest id, 32 bits, that may have a record before the point; empty if the WAL there does not tell. */
    Optional<Integer> highest() {
        if (!isKnown) {
            highest = find();
            isKnown = true;
        }
        return highest;
    }

    private Optional<Integer> find() {
        long segment = point.plus(-1).value() & -(long) source.segmentSize();
        for (int i = 0; i < SEGMENTS && segment >= source.segmentSize() && source.has(segment / source.segmentSize()); i++) {
            Optional<Integer> found = RecordBoundaries.firstRecord(source, new Lsn(segment))
                    .filter(first -> first.isBefore(point)).flatMap(this::readFrom);
            if (found.isPresent()) {
                return found;
            }
            segment -= source.segmentSize();
        }
        return Optional.empty();
    }

    /** The ids of records alone do not tell: a transaction with a higher one may have been silent since long before. */
    private Optional<Integer> readFrom(Lsn first) {
        boolean isTold = false;
        Optional<Integer> found = Optional.empty();
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.end().isBefore(point) && reader.next()) {
                WalRecord record = reader.record();
                Optional<Integer> told = told(record, first);
                isTold |= told.isPresent();
                Optional<Integer> xid = told.isEmpty() && record.xid() != 0 ? Optional.of(record.xid()) : told;
                if (xid.isPresent() && (found.isEmpty() || xid.get() - found.get() > 0)) {
                    found = xid;
                }
            }
            return isTold && !reader.end().isBefore(point) ? found : Optional.empty();
        }
    }

    /** The highest id before where the reading began, of a record that says so. */
    private Optional<Integer> told(WalRecord record, Lsn first) {
        if (XlogLandmark.isCheckPoint(record)) {
            return XlogLandmark.redo(record).isBefore(first) ? Optional.empty() : Optional.of((int) XlogLandmark.nextXid(record) - 1);
        }
        return record.rmid() == RM_STANDBY && WalDialect.of(source.major()).manager(RM_STANDBY).decode(record)
                instanceof StandbyRecord.RunningTransactions running ? Optional.of(running.nextXid() - 1) : Optional.empty();
    }
}
