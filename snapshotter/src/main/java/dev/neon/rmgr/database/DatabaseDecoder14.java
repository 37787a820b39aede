package dev.neon.rmgr.database;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_14 dbcommands_xlog.h}).
 * <pre>
 * CREATE    xl_dbase_create_rec
 *  0  u32 db_id
 *  4  u32 tablespace_id
 *  8  u32 src_db_id
 * 12  u32 src_tablespace_id
 *
 * DROP      xl_dbase_drop_rec
 *  0  u32 db_id
 *  4  i32 ntablespaces
 *  8  u32 tablespace_ids[ntablespaces]
 * </pre>
 */
final class DatabaseDecoder14 {
    static final int CREATE = 0x00;
    static final int DROP = 0x10;

    private DatabaseDecoder14() {}

    static DatabaseRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        DatabaseRecord said = switch (record.operation()) {
            case CREATE -> fileCopy(main);
            case DROP -> drop(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    static DatabaseRecord fileCopy(RecordCursor main) {
        return new DatabaseRecord.CreateFileCopy(main.i32(), main.i32(), main.i32(), main.i32());
    }

    static DatabaseRecord drop(RecordCursor main) {
        return new DatabaseRecord.Drop(main.i32(), main.i32s(main.i32()));
    }
}
