package dev.neon.compute.redo;

import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.database.DatabaseRecord;
import dev.neon.rmgr.storage.StorageRecord;
import dev.neon.rmgr.transaction.TransactionRecord;
import java.util.List;

/** What records do to forks as a whole. */
final class ForkEvents {
    /** {@code REL_17 visibilitymap.c HEAPBLOCKS_PER_PAGE}: two bits a block in all of a page but its header. */
    private static final int HEAP_BLOCKS_PER_MAP_PAGE = (8192 - 24) * 4;

    private ForkEvents() {}

    static void apply(RmgrRecord said, ClusterPages pages) {
        switch (said) {
            case TransactionRecord.Commit commit -> drop(commit.completion().relations(), pages);
            case TransactionRecord.Abort abort -> drop(abort.completion().relations(), pages);
            case StorageRecord.Truncate truncate -> truncate(truncate, pages);
            case DatabaseRecord.CreateFileCopy copy -> pages.copyDatabase(copy.sourceDatabase(),
                    copy.sourceTablespace(), copy.database(), copy.tablespace());
            case DatabaseRecord.Drop drop -> {
                for (int tablespace : drop.tablespaces()) {
                    pages.dropDatabase(drop.database(), tablespace);
                }
            }
            default -> { }
        }
    }

    private static void drop(List<RelFileLocator> relations, ClusterPages pages) {
        relations.forEach(pages::drop);
    }

    private static void truncate(StorageRecord.Truncate truncate, ClusterPages pages) {
        if ((truncate.flags() & StorageRecord.Truncate.HEAP) != 0) {
            pages.fork(truncate.relation(), ForkNumber.MAIN.ordinal()).truncate(truncate.block());
        }
        if ((truncate.flags() & StorageRecord.Truncate.VM) != 0) {
            long kept = Integer.toUnsignedLong(truncate.block()) + HEAP_BLOCKS_PER_MAP_PAGE - 1;
            pages.fork(truncate.relation(), ForkNumber.VISIBILITYMAP.ordinal())
                    .truncate((int) (kept / HEAP_BLOCKS_PER_MAP_PAGE));
        }
        if ((truncate.flags() & StorageRecord.Truncate.FSM) != 0) {
            pages.fork(truncate.relation(), ForkNumber.FSM.ordinal()).truncate(0);
        }
    }
}
