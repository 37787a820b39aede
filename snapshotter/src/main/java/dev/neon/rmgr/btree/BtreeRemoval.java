package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.btree.BtreeRecord.Interval;
import dev.neon.rmgr.btree.BtreeRecord.PostingUpdate;
import dev.neon.rmgr.btree.BtreeRecord.Removal;
import java.util.List;

/** Redo of what makes a leaf's items fewer: deletions, and the merging of duplicates. */
final class BtreeRemoval {
    private BtreeRemoval() {}

    /** {@code REL_17 nbtxlog.c btree_xlog_delete}, and what {@code btree_xlog_vacuum} has in common with it. */
    static void remove(Removal removal, BtreePage leaf) {
        Page page = leaf.page();
        for (PostingUpdate update : removal.updated()) {
            page.overwriteItem(update.offset(), LeafTuple.of(page, update.offset()).without(update.deleted()));
        }
        page.deleteItems(removal.deleted());
        leaf.clearFlag(BtreePage.HAS_GARBAGE);
    }

    /** {@code REL_17 nbtxlog.c btree_xlog_dedup}. */
    static void merge(List<Interval> intervals, BtreePage leaf) {
        int first = leaf.firstDataOffset();
        Page before = leaf.takeItems();
        Page after = leaf.page();
        int offset = 1;
        for (Interval interval : intervals) {
            if (interval.baseOffset() < Math.max(first, offset)) {
                throw new PageFormatException("no items can be merged at " + interval.baseOffset());
            }
            appendItems(before, offset, interval.baseOffset(), after);
            after.appendItem(LeafTuple.merged(before, interval.baseOffset(), interval.items()));
            offset = interval.baseOffset() + interval.items();
        }
        appendItems(before, offset, before.itemCount() + 1, after);
        leaf.clearFlag(BtreePage.HAS_GARBAGE);
    }

    private static void appendItems(Page before, int from, int to, Page after) {
        for (int offset = from; offset < to; offset++) {
            after.appendItem(before.item(offset));
        }
    }
}
