package dev.neon.rmgr.spgist;

import dev.neon.page.Page;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.spgist.SpgistRecord.Leaf;
import dev.neon.rmgr.spgist.SpgistRecord.PickSplit;
import dev.neon.wal.WalRecord;

/** {@code REL_17 spgxlog.c spgRedoPickSplit}. */
final class PickSplitRedo {
    private static final int SOURCE = 0;
    private static final int DESTINATION = 1;
    private static final int INNER = 2;
    private static final int PARENT = 3;

    private PickSplitRedo() {}

    static void redo(PickSplit split, WalRecord record, int id, Page page) {
        switch (id) {
            case SOURCE -> {
                if (split.initSrc()) {
                    SpgistPage.initLeaf(page, split.storesNulls());
                } else {
                    SpgistPage.bury(page, split.toDelete(), DeadTuple.moved(split.stateSrc(), inner(split, record)),
                            DeadTuple.PLACEHOLDER);
                }
                addLeaves(split, false, page);
            }
            case DESTINATION -> {
                if (split.initDest()) {
                    SpgistPage.initLeaf(page, split.storesNulls());
                }
                addLeaves(split, true, page);
            }
            case INNER -> {
                if (split.initInner()) {
                    SpgistPage.init(page, split.storesNulls() ? SpgistPage.NULLS : 0);
                }
                SpgistPage.add(page, split.offnumInner(), split.innerTuple());
                if (split.innerIsParent()) {
                    link(split, record, page);
                }
            }
            case PARENT -> link(split, record, page);
            default -> throw record.unknownBlock(id);
        }
    }

    private static void addLeaves(PickSplit split, boolean isDest, Page page) {
        for (Leaf leaf : split.toInsert()) {
            if (leaf.isDest() == isDest) {
                SpgistPage.add(page, leaf.offnum(), leaf.tuple());
            }
        }
    }

    private static void link(PickSplit split, WalRecord record, Page page) {
        SpgistPage.setLink(page, split.offnumParent(), split.nodeI(), inner(split, record));
    }

    private static ItemPointer inner(PickSplit split, WalRecord record) {
        return new ItemPointer(record.block(INNER), split.offnumInner());
    }
}
