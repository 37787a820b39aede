package dev.neon.rmgr.gin;

import dev.neon.page.Page;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.gin.GinRecord.CreatePostingTree;
import dev.neon.rmgr.gin.GinRecord.DeleteListPages;
import dev.neon.rmgr.gin.GinRecord.DeletePage;
import dev.neon.rmgr.gin.GinRecord.Insert;
import dev.neon.rmgr.gin.GinRecord.InsertListPage;
import dev.neon.rmgr.gin.GinRecord.Split;
import dev.neon.rmgr.gin.GinRecord.UpdateMetaPage;
import dev.neon.rmgr.gin.GinRecord.VacuumDataLeafPage;
import dev.neon.rmgr.gin.GinRecord.VacuumPage;
import dev.neon.rmgr.gin.PageChange.Downlink;
import dev.neon.rmgr.gin.PageChange.Entry;
import dev.neon.rmgr.gin.PageChange.Recompression;
import dev.neon.wal.WalRecord;

/** {@code REL_17 ginxlog.c gin_redo}. */
final class GinRedo implements BlockRedo<GinRecord> {
    @Override
    public boolean redo(GinRecord said, WalRecord record, int id, Page page) {
        switch (said) {
            case CreatePostingTree create -> {
                GinPage.init(page, GinPage.DATA | GinPage.LEAF | GinPage.COMPRESSED);
                GinPage.setPostingLists(page, create.postingLists());
            }
            case Insert insert -> {
                if (id == 0) {
                    change(insert, page);
                } else {
                    endSplit(page);
                }
            }
            case Split _ -> {
                if (id != 3) {
                    throw record.unsupported("block " + id + " of a split page has no image");
                }
                endSplit(page);
            }
            case VacuumPage _ -> throw record.unsupported("a vacuumed page has no image");
            case VacuumDataLeafPage vacuum -> GinRecompression.redo(vacuum.change().orElseThrow(), page);
            case DeletePage delete -> delete(delete, id, page);
            case UpdateMetaPage update -> {
                if (id == 0) {
                    GinPage.initMeta(page, update.metadata());
                } else {
                    return append(update, page);
                }
            }
            case InsertListPage insert -> listPage(insert, page);
            case DeleteListPages delete -> {
                if (id == 0) {
                    GinPage.initMeta(page, delete.metadata());
                } else {
                    GinPage.init(page, GinPage.DELETED);
                }
            }
        }
        return true;
    }

    /** {@code ginRedoClearIncompleteSplit}: the parent now has a link to the new page. */
    private static void endSplit(Page child) {
        GinPage.setFlag(child, GinPage.INCOMPLETE_SPLIT, false);
    }

    private static void change(Insert insert, Page page) {
        switch (insert.change().orElseThrow()) {
            case Entry entry -> {
                insert.children().ifPresent(children ->
                        GinPage.setDownlink(page, entry.offset(), children.right()));
                if (entry.isReplaced()) {
                    page.deleteItem(entry.offset());
                }
                page.insertItem(entry.offset(), entry.tuple().bytes());
            }
            case Downlink link -> {
                GinPage.setChild(page, link.offset(), insert.children().orElseThrow().right());
                GinPage.addPostingItem(page, link.offset(), link.child(), link.key());
            }
            case Recompression recompression -> GinRecompression.redo(recompression, page);
        }
    }

    private static void delete(DeletePage delete, int id, Page page) {
        switch (id) {
            case 0 -> {
                GinPage.setFlag(page, GinPage.DELETED, true);
                page.setPruneXid(delete.deleteXid());
            }
            case 1 -> GinPage.deletePostingItem(page, delete.parentOffset());
            default -> GinPage.setRightLink(page, delete.rightLink());
        }
    }

    /** The last page of the pending list gets tuples of one row, or a page after it. */
    private static boolean append(UpdateMetaPage update, Page page) {
        if (update.count() > 0) {
            for (IndexTuple tuple : update.tuples().orElseThrow()) {
                page.appendItem(tuple.bytes());
            }
            GinPage.setMaxOffset(page, GinPage.maxOffset(page) + 1);
            return true;
        }
        if (update.previousTail() != GinPage.NO_BLOCK) {
            GinPage.setRightLink(page, update.newRightLink());
            return true;
        }
        return false;
    }

    private static void listPage(InsertListPage insert, Page page) {
        boolean isLast = insert.rightLink() == GinPage.NO_BLOCK;
        GinPage.init(page, isLast ? GinPage.LIST | GinPage.LIST_FULLROW : GinPage.LIST);
        GinPage.setRightLink(page, insert.rightLink());
        GinPage.setMaxOffset(page, isLast ? 1 : 0);
        for (IndexTuple tuple : insert.tuples()) {
            page.appendItem(tuple.bytes());
        }
    }
}
