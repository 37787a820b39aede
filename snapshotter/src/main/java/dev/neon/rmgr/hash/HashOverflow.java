package dev.neon.rmgr.hash;

import dev.neon.page.Page;
import dev.neon.rmgr.hash.HashRecord.AddOverflowPage;
import dev.neon.rmgr.hash.HashRecord.MovePageContents;
import dev.neon.rmgr.hash.HashRecord.SqueezePage;
import dev.neon.wal.WalRecord;

/** Redo of overflow pages that come and go, and of tuples that move between them. */
final class HashOverflow {
    private static final int NEW_BITMAP = 3;

    private HashOverflow() {}

    /** {@code REL_17 hash_xlog.c hash_xlog_add_ovfl_page}. */
    static void redo(AddOverflowPage add, WalRecord record, int id, Page page) {
        switch (id) {
            case 0 -> new HashPage(page).init(record.block(1), add.bucket(), HashPage.OVERFLOW);
            case 1 -> new HashPage(page).setNext(record.block(0));
            case 2 -> new HashBitmap(page).set(add.bitmapBit().orElseThrow());
            case NEW_BITMAP -> new HashBitmap(page).init(add.bitmapSize());
            case 4 -> redoMeta(add, record, new HashMetaPage(page));
            default -> throw HashRedo.unknownBlock(record, id);
        }
    }

    private static void redoMeta(AddOverflowPage add, WalRecord record, HashMetaPage meta) {
        meta.setFirstFree(add.firstFree().orElseThrow());
        if (add.isPageReused()) {
            return;
        }
        meta.countSpare();
        if (record.hasBlock(NEW_BITMAP)) {
            meta.addBitmap(record.block(NEW_BITMAP));
            meta.countSpare();
        }
    }

    /** {@code REL_17 hash_xlog.c hash_xlog_move_page_contents}. */
    static void redo(MovePageContents move, WalRecord record, int id, Page page) {
        switch (id) {
            case 1 -> new HashPage(page).insert(move.moved().orElseThrow());
            case 2 -> page.deleteItems(move.deleted().orElseThrow());
            default -> throw HashRedo.unknownBlock(record, id);
        }
    }

    /** {@code REL_17 hash_xlog.c hash_xlog_squeeze_page}. */
    static void redo(SqueezePage squeeze, WalRecord record, int id, Page page) {
        switch (id) {
            case 1 -> redoTarget(squeeze, new HashPage(page));
            case 2 -> new HashPage(page).init(HashPage.NONE, HashPage.NONE, HashPage.UNUSED);
            case 3 -> new HashPage(page).setNext(squeeze.next());
            case 4 -> new HashPage(page).setPrevious(squeeze.previous());
            case 5 -> new HashBitmap(page).clear(squeeze.bitmapBit().orElseThrow());
            case 6 -> new HashMetaPage(page).setFirstFree(squeeze.firstFree().orElseThrow());
            default -> throw HashRedo.unknownBlock(record, id);
        }
    }

    private static void redoTarget(SqueezePage squeeze, HashPage target) {
        squeeze.moved().ifPresent(target::insert);
        if (squeeze.isPreviousPage()) {
            target.setNext(squeeze.next());
        }
    }
}
