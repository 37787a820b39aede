package dev.neon.rmgr.gist;

import dev.neon.page.Page;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.gist.GistRecord.AssignLsn;
import dev.neon.rmgr.gist.GistRecord.Delete;
import dev.neon.rmgr.gist.GistRecord.PageDelete;
import dev.neon.rmgr.gist.GistRecord.PageReuse;
import dev.neon.rmgr.gist.GistRecord.PageSplit;
import dev.neon.rmgr.gist.GistRecord.PageUpdate;
import dev.neon.rmgr.gist.GistRecord.TupleChange;
import dev.neon.wal.WalRecord;

/** {@code REL_17 gistxlog.c gist_redo}. */
final class GistRedo implements BlockRedo<GistRecord> {
    @Override
    public boolean redo(GistRecord said, WalRecord record, int id, Page page) {
        if (isEndOfSplit(record, id)) {
            endSplit(record, page);
            return true;
        }
        switch (said) {
            case PageUpdate update -> change(update.change().orElseThrow(), page);
            case Delete delete -> {
                page.deleteItems(delete.toDelete());
                GistPage.setFlag(page, GistPage.HAS_GARBAGE, false);
                GistPage.setFlag(page, GistPage.TUPLES_DELETED, true);
            }
            case PageSplit split -> make(split, record, id, page);
            case PageDelete delete -> {
                if (id == 0) {
                    GistPage.setDeleted(page, delete.deleteXid());
                } else {
                    page.deleteItem(delete.downlinkOffset());
                }
            }
            case PageReuse _, AssignLsn _ -> throw record.unknownBlock(id);
        }
        return true;
    }

    /** The image of the left half of a split is taken before its flag is cleared ({@code gistRedoClearFollowRight}). */
    @Override
    public boolean isImageBefore(WalRecord record, int id) {
        return isEndOfSplit(record, id);
    }

    /** Whether the record gives the parent of this page the link to the page on its right, which ends their split. */
    private static boolean isEndOfSplit(WalRecord record, int id) {
        return switch (record.operation()) {
            case GistDecoder14.PAGE_UPDATE -> id == 1;
            case GistDecoder14.PAGE_SPLIT -> id == 0;
            default -> false;
        };
    }

    private static void endSplit(WalRecord record, Page left) {
        GistPage.setNsn(left, record.end().value());
        GistPage.setFlag(left, GistPage.FOLLOW_RIGHT, false);
    }

    private static void change(TupleChange change, Page page) {
        int[] toDelete = change.toDelete();
        if (toDelete.length == 1 && change.toInsert().size() == 1) {
            page.overwriteItem(toDelete[0], change.toInsert().getFirst());
            return;
        }
        if (toDelete.length > 0) {
            page.deleteItems(toDelete);
            if (GistPage.isLeaf(page)) {
                GistPage.setFlag(page, GistPage.TUPLES_DELETED, true);
            }
        }
        change.toInsert().forEach(page::appendItem);
    }

    private static void make(PageSplit split, WalRecord record, int id, Page page) {
        boolean isRoot = record.block(id) == GistPage.ROOT;
        boolean isLast = id == split.pages().size();
        GistPage.init(page, split.origleaf() && !isRoot ? GistPage.LEAF : 0);
        split.pages().get(id - 1).tuples().forEach(page::appendItem);
        if (!isRoot) {
            GistPage.setRightLink(page, isLast ? split.origrlink() : record.block(id + 1));
        }
        GistPage.setNsn(page, split.orignsn());
        boolean isRootSplit = record.block(1) == GistPage.ROOT;
        GistPage.setFlag(page, GistPage.FOLLOW_RIGHT, !isLast && !isRootSplit && split.markfollowright());
    }
}
