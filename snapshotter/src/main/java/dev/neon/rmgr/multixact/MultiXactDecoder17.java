package dev.neon.rmgr.multixact;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, with wider page numbers ({@code REL_17 multixact.c WriteMZeroPageXlogRec}).
 * <pre>
 * ZERO_OFF_PAGE, ZERO_MEM_PAGE
 *  0  i64 pageno
 *
 * CREATE_ID, TRUNCATE_ID
 *  as in 14
 * </pre>
 */
final class MultiXactDecoder17 {
    private MultiXactDecoder17() {}

    static MultiXactRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        MultiXactRecord said = switch (record.operation()) {
            case MultiXactDecoder14.ZERO_OFF_PAGE -> new MultiXactRecord.ZeroOffsetsPage(main.i64());
            case MultiXactDecoder14.ZERO_MEM_PAGE -> new MultiXactRecord.ZeroMembersPage(main.i64());
            case MultiXactDecoder14.CREATE_ID -> MultiXactDecoder14.create(main);
            case MultiXactDecoder14.TRUNCATE_ID -> MultiXactDecoder14.truncate(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
