package dev.neon.rmgr.committs;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, with wider page numbers ({@code REL_17 commit_ts.h xl_commit_ts_truncate}).
 * <pre>
 * ZEROPAGE
 *  0  i64 pageno
 *
 * TRUNCATE
 *  0  i64 pageno
 *  8  u32 oldestXid
 * </pre>
 */
final class CommitTsDecoder17 {
    private CommitTsDecoder17() {}

    static CommitTsRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        CommitTsRecord said = switch (record.operation()) {
            case CommitTsDecoder14.ZEROPAGE -> new CommitTsRecord.ZeroPage(main.i64());
            case CommitTsDecoder14.TRUNCATE -> new CommitTsRecord.Truncate(main.i64(), main.i32());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
