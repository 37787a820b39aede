package dev.neon.rmgr.storage;

import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_17 storage_xlog.h}).
 * <pre>
 * CREATE    xl_smgr_create
 *  0  u32 spcOid
 *  4  u32 dbOid
 *  8  u32 relNumber
 * 12  i32 forkNum
 *
 * TRUNCATE  xl_smgr_truncate
 *  0  u32 blkno
 *  4  u32 spcOid
 *  8  u32 dbOid
 * 12  u32 relNumber
 * 16  i32 flags
 * </pre>
 */
final class StorageDecoder14 {
    static final int CREATE = 0x10;
    static final int TRUNCATE = 0x20;

    private static final int KNOWN_FLAGS =
            StorageRecord.Truncate.HEAP | StorageRecord.Truncate.VM | StorageRecord.Truncate.FSM;

    private StorageDecoder14() {}

    static StorageRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        StorageRecord said = switch (record.operation()) {
            case CREATE -> new StorageRecord.Create(main.locator(), fork(main));
            case TRUNCATE -> truncate(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    private static ForkNumber fork(RecordCursor main) {
        int number = main.i32();
        return ForkNumber.of(number).orElseThrow(() -> main.unknown("fork " + number + " is not known"));
    }

    private static StorageRecord.Truncate truncate(RecordCursor main) {
        int block = main.i32();
        RelFileLocator relation = main.locator();
        int flags = main.i32();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw main.unknown("flags 0x" + Integer.toHexString(flags) + " of a truncation are not known");
        }
        return new StorageRecord.Truncate(relation, block, flags);
    }
}
