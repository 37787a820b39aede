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
 * which id comes next ({@code nextXid}), and so does the list of running transactions that the background writer logs every
 * 15 seconds; after that, each record has the id of its transaction. It is looked for when it is asked for first.
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

    /** Only what follows a record that says which id comes next counts: an older transaction may be silent for long. */
    private Optional<Integer> readFrom(Lsn first) {
        WalDialect dialect = WalDialect.of(source.major());
        Optional<Integer> found = Optional.empty();
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.end().isBefore(point) && reader.next()) {
                WalRecord record = reader.record();
                Optional<Integer> told = XlogLandmark.isCheckPoint(record) ? Optional.of((int) XlogLandmark.nextXid(record) - 1)
                        : record.rmid() == RM_STANDBY && dialect.manager(RM_STANDBY).decode(record)
                                instanceof StandbyRecord.RunningTransactions running ? Optional.of(running.nextXid() - 1)
                        : found.isPresent() && record.xid() != 0 ? Optional.of(record.xid()) : Optional.empty();
                if (told.isPresent() && (found.isEmpty() || told.get() - found.get() > 0)) {
                    found = told;
                }
            }
            return reader.end().isBefore(point) ? Optional.empty() : found;
        }
    }
}
