package dev.neon.rmgr.btree;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Two forms tell since {@code REL_16 nbtxlog.h} whether the table is a catalog, for logical decoding on a standby; the
 * others are those of {@link BtreeDecoder14}. Main data:
 * <pre>
 * DELETE: xl_btree_delete
 *  0  u32 snapshotConflictHorizon
 *  4  u16 ndeleted
 *  6  u16 nupdated
 *  8  u8  isCatalogRel
 *
 * REUSE_PAGE: xl_btree_reuse_page
 *  0  u32 spcOid
 *  4  u32 dbOid
 *  8  u32 relNumber
 * 12  u32 block
 * 16  u64 snapshotConflictHorizon
 * 24  u8  isCatalogRel
 * </pre>
 */
final class BtreeDecoder16 {
    private BtreeDecoder16() {}

    static BtreeRecord decode(WalRecord record) {
        return switch (record.operation()) {
            case BtreeDecoder14.DELETE -> delete(record);
            case BtreeDecoder14.REUSE_PAGE -> reusePage(record);
            default -> BtreeDecoder14.decode(record);
        };
    }

    private static BtreeRecord delete(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        int horizon = main.i32();
        int deleted = main.u16();
        int updated = main.u16();
        BtreeRecord said = new BtreeRecord.Delete(horizon, deleted, updated, main.bool(),
                RemovalReader.read(blocks, deleted, updated));
        main.finish();
        blocks.finish();
        return said;
    }

    private static BtreeRecord reusePage(WalRecord record) {
        RecordCursor main = record.main();
        RelFileLocator relation = main.locator();
        BtreeRecord said = new BtreeRecord.ReusePage(relation, main.i32(), main.i64(), main.bool());
        main.finish();
        RecordBlocks.of(record).finish();
        return said;
    }
}
