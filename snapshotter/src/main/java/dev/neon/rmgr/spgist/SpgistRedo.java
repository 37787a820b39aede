package dev.neon.rmgr.spgist;

import dev.neon.page.Page;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.spgist.SpgistRecord.AddLeaf;
import dev.neon.rmgr.spgist.SpgistRecord.AddNode;
import dev.neon.rmgr.spgist.SpgistRecord.MoveLeafs;
import dev.neon.rmgr.spgist.SpgistRecord.PickSplit;
import dev.neon.rmgr.spgist.SpgistRecord.SplitTuple;
import dev.neon.rmgr.spgist.SpgistRecord.VacuumLeaf;
import dev.neon.rmgr.spgist.SpgistRecord.VacuumRedirect;
import dev.neon.rmgr.spgist.SpgistRecord.VacuumRoot;
import dev.neon.wal.WalRecord;

/** {@code REL_17 spgxlog.c spg_redo}. */
final class SpgistRedo implements BlockRedo<SpgistRecord> {
    @Override
    public boolean redo(SpgistRecord said, WalRecord record, int id, Page page) {
        switch (said) {
            case AddLeaf add -> addLeaf(add, record, id, page);
            case MoveLeafs move -> moveLeafs(move, record, id, page);
            case AddNode add -> addNode(add, record, id, page);
            case SplitTuple split -> splitTuple(split, id, page);
            case PickSplit split -> PickSplitRedo.redo(split, record, id, page);
            case VacuumLeaf vacuum -> VacuumRedo.leaf(vacuum, page);
            case VacuumRoot vacuum -> page.deleteItems(vacuum.toDelete());
            case VacuumRedirect vacuum -> VacuumRedo.redirect(vacuum, page);
        }
        return true;
    }

    private static void addLeaf(AddLeaf add, WalRecord record, int id, Page page) {
        int offset = add.offnumLeaf();
        if (id == 1) {
            SpgistPage.setLink(page, add.offnumParent(), add.nodeI(), new ItemPointer(record.block(0), offset));
            return;
        }
        if (add.newPage()) {
            SpgistPage.initLeaf(page, add.storesNulls());
        }
        int head = add.offnumHeadLeaf();
        if (offset == head) {
            SpgistPage.replace(page, offset, add.leafTuple());
            return;
        }
        SpgistPage.add(page, offset, add.leafTuple());
        if (head != 0) {
            SpgistPage.setNext(page, head, offset);
        }
    }

    private static void moveLeafs(MoveLeafs move, WalRecord record, int id, Page page) {
        int[] to = move.toInsert();
        ItemPointer head = new ItemPointer(record.block(1), to[to.length - 1]);
        switch (id) {
            case 0 -> SpgistPage.bury(page, move.toDelete(), DeadTuple.moved(move.stateSrc(), head),
                    DeadTuple.PLACEHOLDER);
            case 1 -> {
                if (move.newPage()) {
                    SpgistPage.initLeaf(page, move.storesNulls());
                }
                for (int i = 0; i < to.length; i++) {
                    SpgistPage.add(page, to[i], move.leafTuples().get(i));
                }
            }
            default -> SpgistPage.setLink(page, move.offnumParent(), move.nodeI(), head);
        }
    }

    private static void addNode(AddNode add, WalRecord record, int id, Page page) {
        if (!record.hasBlock(1)) {
            SpgistPage.replace(page, add.offnum(), add.innerTuple());
            return;
        }
        ItemPointer moved = new ItemPointer(record.block(1), add.offnumNew());
        switch (id) {
            case 0 -> SpgistPage.bury(page, add.offnum(), DeadTuple.moved(add.stateSrc(), moved));
            case 1 -> {
                if (add.newPage()) {
                    SpgistPage.init(page, 0);
                }
                SpgistPage.add(page, add.offnumNew(), add.innerTuple());
            }
            default -> { }
        }
        if (add.parentBlk() == id) {
            SpgistPage.setLink(page, add.offnumParent(), add.nodeI(), moved);
        }
    }

    private static void splitTuple(SplitTuple split, int id, Page page) {
        if (id == 0) {
            SpgistPage.replace(page, split.offnumPrefix(), split.prefixTuple());
            if (split.postfixBlkSame()) {
                SpgistPage.add(page, split.offnumPostfix(), split.postfixTuple());
            }
            return;
        }
        if (split.newPage()) {
            SpgistPage.init(page, 0);
        }
        SpgistPage.add(page, split.offnumPostfix(), split.postfixTuple());
    }
}
