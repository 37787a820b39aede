package dev.neon.rmgr.hash;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * One form tells since {@code REL_16 hash_xlog.h} whether the table is a catalog, for logical decoding on a standby;
 * the others are those of {@link HashDecoder14}. Main data:
 * <pre>
 * VACUUM_ONE_PAGE: xl_hash_vacuum_one_page
 *  0  u32 snapshotConflictHorizon
 *  4  u16 ntuples
 *  6  u8  isCatalogRel
 *  7  a byte of padding
 *  8  ntuples times u16 offset of an item
 * </pre>
 */
final class HashDecoder16 {
    private HashDecoder16() {}

    static HashRecord decode(WalRecord record) {
        return record.operation() == HashDecoder14.VACUUM_ONE_PAGE ? vacuumOnePage(record)
                : HashDecoder14.decode(record);
    }

    private static HashRecord vacuumOnePage(WalRecord record) {
        RecordCursor main = record.main();
        int horizon = main.i32();
        int count = main.u16();
        HashRecord said = new HashRecord.VacuumOnePage(horizon, main.bool(), main.skip(1).u16s(count));
        main.finish();
        RecordBlocks.of(record).plain(0).plain(1).finish();
        return said;
    }
}
