package dev.neon.rmgr.committs;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_14 commit_ts.h xl_commit_ts_truncate}).
 * <pre>
 * ZEROPAGE
 *  0  i32 pageno
 *
 * TRUNCATE
 *  0  i32 pageno
 *  4  u32 oldestXid
 * </pre>
 */
final class CommitTsDecoder14 {
    static final int ZEROPAGE = 0x00;
    static final int TRUNCATE = 0x10;

    private CommitTsDecoder14() {}

    static CommitTsRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        CommitTsRecord said = switch (record.operation()) {
            case ZEROPAGE -> new CommitTsRecord.ZeroPage(main.i32());
            case TRUNCATE -> new CommitTsRecord.Truncate(main.i32(), main.i32());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
