package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.rmgr.xlog.XlogLandmark;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.Optional;

/** Finds out in which epoch the WAL begins. */
final class FirstXid {
    private static final int RM_XLOG = 0;
    /** {@code FirstNormalTransactionId} is 3. */
    private static final long NONE = 2;

    private FirstXid() {}

    /**
     * The highest transaction id that may have been given out where the oldest segment begins: what the first
     * checkpoint in the WAL says, which is not far, as a snapshot's WAL begins at its checkpoint's redo pointer.
     */
    static long before(WalSource source, Lsn segment) {
        Optional<Lsn> first = RecordBoundaries.firstRecord(source, segment);
        if (first.isEmpty()) {
            return NONE;
        }
        try (WalReader reader = WalReader.from(source, first.get())) {
            while (reader.next()) {
                if (reader.rmid() == RM_XLOG && XlogLandmark.isCheckPoint(reader.record())) {
                    return XlogLandmark.nextXid(reader.record()) - 1;
                }
            }
        }
        return NONE;
    }
}
