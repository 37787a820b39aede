package dev.neon.rmgr.storage;

import dev.neon.page.Page;
import dev.neon.page.VisibilityMap;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;

/**
 * {@code REL_17 storage.c smgr_redo}, as far as it is about pages: a truncation clears the bits of what is cut off in
 * the last page of the visibility map that stays. That forks are made and cut is not told here.
 */
final class StorageRedo implements BlockRedo<StorageRecord> {
    private static final int MAP = ForkNumber.VISIBILITYMAP.ordinal();

    @Override
    public boolean redo(StorageRecord said, WalRecord record, int id, Page page) {
        throw record.unsupported("records of Storage have no blocks");
    }

    @Override
    public boolean mayTouch(WalRecord record) {
        return record.operation() == StorageDecoder14.TRUNCATE;
    }

    @Override
    public void touches(StorageRecord said, WalRecord record, Touched touched) {
        if (said instanceof StorageRecord.Truncate cut && (cut.flags() & StorageRecord.Truncate.VM) != 0
                && !VisibilityMap.beginsPage(cut.block())) {
            touched.page(cut.relation(), MAP, VisibilityMap.mapBlock(cut.block()));
        }
    }

    @Override
    public void redoTouched(StorageRecord said, WalRecord record, RelFileLocator relation, int fork, int block,
            Page page) {
        if (said instanceof StorageRecord.Truncate cut) {
            VisibilityMap.clearFrom(page, cut.block());
        }
    }
}
