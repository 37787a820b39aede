package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.btree.BtreeRecord.MarkPageHalfDead;
import dev.neon.rmgr.btree.BtreeRecord.UnlinkPage;
import dev.neon.wal.WalRecord;

/**
 * Redo of an empty page that goes, in two steps ({@code REL_17 nbtree/README}, "Deleting entire pages during VACUUM").
 */
final class BtreeDeletion {
    private static final int SAFE_XID = 8;
    private static final int TUPLE = 8;

    private BtreeDeletion() {}

    /** {@code REL_17 nbtxlog.c btree_xlog_mark_page_halfdead}. */
    static void redo(MarkPageHalfDead mark, WalRecord record, int id, BtreePage page) {
        switch (id) {
            case 0 -> makeHalfDead(mark.left(), mark.right(), mark.topParent(), page);
            case 1 -> dropLink(mark.parentOffset(), page.page());
            default -> throw BtreeRedo.unknownBlock(record, id);
        }
    }

    /** The item's key is kept, for the next item's link; the next item goes. */
    private static void dropLink(int offset, Page parent) {
        parent.put32(parent.normalItem(offset), parent.i32(parent.normalItem(offset + 1)));
        parent.deleteItem(offset + 1);
    }

    /** A leaf without items but for a high key that has no key, and tells the highest page that goes with the leaf. */
    private static void makeHalfDead(int left, int right, int topParent, BtreePage page) {
        page.init(left, right, 0, BtreePage.HALF_DEAD | BtreePage.LEAF);
        Page leaf = page.page();
        leaf.appendItem(new byte[TUPLE]);
        int at = leaf.normalItem(1);
        ItemPointer.putBlock(leaf, at, topParent);
        leaf.put16(at + IndexTuple.INFO, TUPLE | LeafTuple.IS_OTHER);
    }

    /** {@code REL_17 nbtxlog.c btree_xlog_unlink_page}. */
    static void redo(UnlinkPage unlink, WalRecord record, int id, BtreePage page) {
        switch (id) {
            case 0 -> makeDeleted(unlink, page);
            case 1 -> page.setRight(unlink.right());
            case 2 -> page.setLeft(unlink.left());
            case 3 -> makeHalfDead(unlink.leafLeft(), unlink.leafRight(), unlink.leafTopParent(), page);
            case 4 -> unlink.metadata().orElseThrow().makeMetaPage(page);
            default -> throw BtreeRedo.unknownBlock(record, id);
        }
    }

    /** {@code REL_17 nbtree.h BTPageSetDeleted}: the xid takes the place of items. */
    private static void makeDeleted(UnlinkPage unlink, BtreePage page) {
        page.init(unlink.left(), unlink.right(), unlink.level(),
                BtreePage.DELETED | BtreePage.HAS_FULL_XID | BtreeSplit.leafFlag(unlink.level()));
        page.page().setLower(Page.HEADER + SAFE_XID);
        page.page().put64(Page.HEADER, unlink.safeXid());
    }
}
