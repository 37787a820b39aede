package dev.neon.rmgr.database;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, with other numbers for the operations ({@code REL_15 dbcommands_xlog.h}).
 * <pre>
 * CREATE_FILE_COPY  xl_dbase_create_file_copy_rec
 *  as CREATE of 14
 *
 * CREATE_WAL_LOG    xl_dbase_create_wal_log_rec
 *  0  u32 db_id
 *  4  u32 tablespace_id
 *
 * DROP              xl_dbase_drop_rec
 *  as in 14
 * </pre>
 */
final class DatabaseDecoder15 {
    static final int CREATE_FILE_COPY = 0x00;
    static final int CREATE_WAL_LOG = 0x10;
    static final int DROP = 0x20;

    private DatabaseDecoder15() {}

    static DatabaseRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        DatabaseRecord said = switch (record.operation()) {
            case CREATE_FILE_COPY -> DatabaseDecoder14.fileCopy(main);
            case CREATE_WAL_LOG -> new DatabaseRecord.CreateWalLog(main.i32(), main.i32());
            case DROP -> DatabaseDecoder14.drop(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }
}
