package dev.neon.rmgr.transaction;

import dev.neon.wal.RecordCursor;
import java.util.List;

/**
 * In commit and abort {@code s32 nitems} stands before them ({@code REL_15 xact.h xl_xact_stats_item}).
 * <pre>
 *  0  s32 kind
 *  4  u32 dboid
 *  8  u32 objoid
 * </pre>
 */
sealed class StatisticsDecoder15 extends StatisticsDecoder14 permits StatisticsDecoder18 {
    static final int BYTES = 12;

    @Override
    final int flag() {
        return Xinfo.DROPPED_STATS;
    }

    @Override
    final int count(RecordCursor header) {
        return header.i32();
    }

    @Override
    List<DroppedStatistics> decode(RecordCursor cursor, int count) {
        return cursor.list(count, BYTES, item -> new DroppedStatistics(item.i32(), item.i32(), item.u32()));
    }
}
