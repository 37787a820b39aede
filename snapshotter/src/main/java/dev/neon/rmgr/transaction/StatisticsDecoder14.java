package dev.neon.rmgr.transaction;

import dev.neon.wal.RecordCursor;
import java.util.List;

/** Statistics dropped by a transaction, of which WAL of 14 says nothing. */
sealed class StatisticsDecoder14 permits StatisticsDecoder15 {
    /** The bit of xinfo that announces them; 0 for none. */
    int flag() {
        return 0;
    }

    /** Their number in the header of PREPARE. */
    int count(RecordCursor header) {
        return 0;
    }

    List<DroppedStatistics> decode(RecordCursor cursor, int count) {
        return List.of();
    }
}
