package dev.neon.rmgr.clog;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, with wider page numbers ({@code REL_17 clog.h xl_clog_truncate}).
 * <pre>
 * ZEROPAGE
 *  0  i64 pageno
 *
 * TRUNCATE
 *  0  i64 pageno
 *  8  u32 oldestXact
 * 12  u32 oldestXactDb
 * </pre>
 */
final class ClogDecoder17 {
    private ClogDecoder17() {}

    static ClogRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        ClogRecord said = switch (record.operation()) {
            case ClogDecoder14.ZEROPAGE -> new ClogRecord.ZeroPage(main.i64());
            case ClogDecoder14.TRUNCATE -> new ClogRecord.Truncate(main.i64(), main.i32(), main.i32());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
