package dev.neon.rmgr.tablespace;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_17 commands/tablespace.h}).
 * <pre>
 * CREATE  xl_tblspc_create_rec
 *  0  u32  ts_id
 *  4  char ts_path[], to its NUL
 *
 * DROP    xl_tblspc_drop_rec
 *  0  u32  ts_id
 * </pre>
 */
final class TablespaceDecoder14 {
    static final int CREATE = 0x00;
    static final int DROP = 0x10;

    private TablespaceDecoder14() {}

    static TablespaceRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        TablespaceRecord said = switch (record.operation()) {
            case CREATE -> new TablespaceRecord.Create(main.i32(), main.string());
            case DROP -> new TablespaceRecord.Drop(main.i32());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
