package dev.neon.rmgr.transaction;

import dev.neon.wal.RecordCursor;
import java.util.List;

/**
 * {@code REL_18 xact.h xl_xact_stats_item}.
 * <pre>
 *  0  s32 kind
 *  4  u32 dboid
 *  8  u32 objid_lo
 * 12  u32 objid_hi
 * </pre>
 */
final class StatisticsDecoder18 extends StatisticsDecoder15 {
    static final int BYTES = 16;

    @Override
    List<DroppedStatistics> decode(RecordCursor cursor, int count) {
        return cursor.list(count, BYTES, item -> new DroppedStatistics(item.i32(), item.i32(), item.i64()));
    }
}
