package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.btree.BtreeRecord.Dedup;
import dev.neon.rmgr.btree.BtreeRecord.Delete;
import dev.neon.rmgr.btree.BtreeRecord.InsertLeaf;
import dev.neon.rmgr.btree.BtreeRecord.InsertPosting;
import dev.neon.rmgr.btree.BtreeRecord.InsertUpper;
import dev.neon.rmgr.btree.BtreeRecord.MarkPageHalfDead;
import dev.neon.rmgr.btree.BtreeRecord.MetaCleanup;
import dev.neon.rmgr.btree.BtreeRecord.NewRoot;
import dev.neon.rmgr.btree.BtreeRecord.PostingSplit;
import dev.neon.rmgr.btree.BtreeRecord.ReusePage;
import dev.neon.rmgr.btree.BtreeRecord.Split;
import dev.neon.rmgr.btree.BtreeRecord.UnlinkPage;
import dev.neon.rmgr.btree.BtreeRecord.Vacuum;
import dev.neon.wal.WalRecord;

/**
 * {@code REL_17 nbtxlog.c btree_redo}, for all releases: where redo itself changed, in what VACUUM clears, the record
 * tells.
 */
final class BtreeRedo implements BlockRedo<BtreeRecord> {
    @Override
    public boolean redo(BtreeRecord said, WalRecord record, int id, Page page) {
        BtreePage tree = new BtreePage(page);
        switch (said) {
            case InsertLeaf insert -> page.insertItem(insert.offset(), insert.tuple().orElseThrow().bytes());
            case InsertUpper insert -> insertUpper(insert, record, id, tree);
            case InsertPosting insert -> insertPosting(insert.offset(), insert.split().orElseThrow(), page);
            case Split split -> BtreeSplit.redo(split, record, id, tree);
            case Dedup dedup -> BtreeRemoval.merge(dedup.intervals().orElseThrow(), tree);
            case Vacuum vacuum -> vacuum(vacuum, tree);
            case Delete delete -> BtreeRemoval.remove(delete.removal().orElseThrow(), tree);
            case MarkPageHalfDead mark -> BtreeDeletion.redo(mark, record, id, tree);
            case UnlinkPage unlink -> BtreeDeletion.redo(unlink, record, id, tree);
            case NewRoot newRoot -> newRoot(newRoot, record, id, tree);
            case ReusePage reuse -> throw unknownBlock(record, id);
            case MetaCleanup cleanup -> cleanup.metadata().makeMetaPage(tree);
        }
        return true;
    }

    /** {@code REL_17 nbtxlog.c btree_xlog_insert}. */
    private static void insertUpper(InsertUpper insert, WalRecord record, int id, BtreePage tree) {
        switch (id) {
            case 0 -> tree.page().insertItem(insert.offset(), insert.tuple().orElseThrow().bytes());
            case 1 -> tree.clearFlag(BtreePage.INCOMPLETE_SPLIT);
            case 2 -> insert.metadata().orElseThrow().makeMetaPage(tree);
            default -> throw unknownBlock(record, id);
        }
    }

    private static void insertPosting(int offset, PostingSplit split, Page page) {
        byte[] item = LeafTuple.of(page, offset - 1).takeIn(split.postingOffset(), split.newItem());
        page.insertItem(offset, item);
    }

    /** {@code REL_18 nbtxlog.c btree_xlog_vacuum}. */
    private static void vacuum(Vacuum vacuum, BtreePage tree) {
        BtreeRemoval.remove(vacuum.removal().orElseThrow(), tree);
        if (vacuum.clearsCycleId()) {
            tree.clearCycleId();
        }
    }

    /** {@code REL_17 nbtxlog.c btree_xlog_newroot}. */
    private static void newRoot(NewRoot newRoot, WalRecord record, int id, BtreePage tree) {
        switch (id) {
            case 0 -> {
                tree.init(0, 0, newRoot.level(), BtreePage.ROOT | BtreeSplit.leafFlag(newRoot.level()));
                BtreeSplit.restore(newRoot.tuples(), tree);
            }
            case 1 -> tree.clearFlag(BtreePage.INCOMPLETE_SPLIT);
            case 2 -> newRoot.metadata().makeMetaPage(tree);
            default -> throw unknownBlock(record, id);
        }
    }

    static UnsupportedWalException unknownBlock(WalRecord record, int id) {
        return record.unsupported("its form has no block " + id);
    }
}
