package dev.neon.rmgr.standby;

import dev.neon.rmgr.InvalidationDecoder14;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_14 standbydefs.h}).
 * <pre>
 * LOCK                0  s32 nlocks, and as many: u32 xid, u32 dbOid, u32 relOid
 * RUNNING_XACTS       0  s32 xcnt                  12  u32 nextXid
 *  xl_running_xacts   4  s32 subxcnt               16  u32 oldestRunningXid
 *                     8  u8  subxid_overflow       20  u32 latestCompletedXid
 *                        padding of 3 bytes        24  xcnt + subxcnt times u32
 * INVALIDATIONS       0  u32 dbId                   8  u8  relcacheInitFileInval
 *  xl_invalidations   4  u32 tsId                      padding of 3 bytes
 *                                                  12  s32 nmsgs, and as many times 16 bytes
 * </pre>
 */
final class StandbyDecoder14 {
    static final int LOCK = 0x00;
    static final int RUNNING_XACTS = 0x10;
    static final int INVALIDATIONS = 0x20;

    private static final int LOCK_BYTES = 12;

    private final InvalidationDecoder14 invalidations;

    StandbyDecoder14(InvalidationDecoder14 invalidations) {
        this.invalidations = invalidations;
    }

    StandbyRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        StandbyRecord decoded = switch (record.operation()) {
            case LOCK -> new StandbyRecord.Locks(main.list(main.i32(), LOCK_BYTES,
                    lock -> new StandbyRecord.Lock(lock.i32(), lock.i32(), lock.i32())));
            case RUNNING_XACTS -> runningTransactions(main);
            case INVALIDATIONS -> new StandbyRecord.Invalidations(main.i32(), main.i32(), main.bool(),
                    invalidations.decode(main.skip(3), main.i32()));
            default -> throw record.unknownOperation();
        };
        main.finish();
        return decoded;
    }

    private static StandbyRecord runningTransactions(RecordCursor main) {
        int count = main.i32();
        int subCount = main.i32();
        boolean missing = main.bool();
        int nextXid = main.skip(3).i32();
        int oldestRunningXid = main.i32();
        int latestCompletedXid = main.i32();
        return new StandbyRecord.RunningTransactions(nextXid, oldestRunningXid, latestCompletedXid, missing,
                main.i32s(count), main.i32s(subCount));
    }
}
