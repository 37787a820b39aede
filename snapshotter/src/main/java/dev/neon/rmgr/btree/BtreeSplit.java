package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.btree.BtreeRecord.LeftPage;
import dev.neon.rmgr.btree.BtreeRecord.Split;
import dev.neon.wal.WalRecord;
import java.util.List;

/** Redo of a page that is parted into two ({@code REL_17 nbtxlog.c btree_xlog_split}). */
final class BtreeSplit {
    private static final int LEFT = 0;
    private static final int RIGHT = 1;
    private static final int AFTER_RIGHT = 2;
    private static final int CHILD = 3;

    private BtreeSplit() {}

    static void redo(Split split, WalRecord record, int id, BtreePage page) {
        switch (id) {
            case LEFT -> redoLeft(split, record.block(RIGHT), page);
            case RIGHT -> redoRight(split, record, page);
            case AFTER_RIGHT -> page.setLeft(record.block(RIGHT));
            case CHILD -> page.clearFlag(BtreePage.INCOMPLETE_SPLIT);
            default -> throw BtreeRedo.unknownBlock(record, id);
        }
    }

    /** The items are added anew, in their order, for their bytes to lie as where the record was written. */
    private static void redoLeft(Split split, int right, BtreePage page) {
        LeftPage change = split.left().orElseThrow();
        int first = page.firstDataOffset();
        Page before = page.takeItems();
        Page after = page.page();
        byte[] newItem = change.newItem().map(IndexTuple::bytes).orElse(new byte[0]);
        if (split.postingOffset() != 0) {
            newItem = LeafTuple.of(before, split.newItemOffset() - 1)
                    .takeIn(split.postingOffset(), change.newItem().orElseThrow());
        }
        after.appendItem(change.highKey().bytes());
        for (int offset = first; offset <= split.firstRight(); offset++) {
            if (split.newItemOnLeft() && offset == split.newItemOffset()) {
                after.appendItem(newItem);
            }
            if (offset < split.firstRight()) {
                after.appendItem(before.item(offset));
            }
        }
        page.setFlags(BtreePage.INCOMPLETE_SPLIT | leafFlag(split.level()));
        page.setRight(right);
        page.clearCycleId();
    }

    private static void redoRight(Split split, WalRecord record, BtreePage page) {
        int afterRight = record.hasBlock(AFTER_RIGHT) ? record.block(AFTER_RIGHT) : 0;
        page.init(record.block(LEFT), afterRight, split.level(), leafFlag(split.level()));
        restore(split.right(), page);
    }

    /**
     * {@code _bt_restore_page}.
     *
     * @param tuples the last one first
     */
    static void restore(List<IndexTuple> tuples, BtreePage page) {
        for (IndexTuple tuple : tuples.reversed()) {
            page.page().appendItem(tuple.bytes());
        }
    }

    static int leafFlag(int level) {
        return level == 0 ? BtreePage.LEAF : 0;
    }
}
