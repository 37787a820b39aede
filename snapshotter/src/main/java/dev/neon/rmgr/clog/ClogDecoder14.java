package dev.neon.rmgr.clog;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_14 clog.h xl_clog_truncate}).
 * <pre>
 * ZEROPAGE
 *  0  i32 pageno
 *
 * TRUNCATE
 *  0  i32 pageno
 *  4  u32 oldestXact
 *  8  u32 oldestXactDb
 * </pre>
 */
final class ClogDecoder14 {
    static final int ZEROPAGE = 0x00;
    static final int TRUNCATE = 0x10;

    private ClogDecoder14() {}

    static ClogRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        ClogRecord said = switch (record.operation()) {
            case ZEROPAGE -> new ClogRecord.ZeroPage(main.i32());
            case TRUNCATE -> new ClogRecord.Truncate(main.i32(), main.i32(), main.i32());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
