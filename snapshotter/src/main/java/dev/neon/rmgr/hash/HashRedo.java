package dev.neon.rmgr.hash;

import dev.neon.page.Page;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.hash.HashRecord.AddOverflowPage;
import dev.neon.rmgr.hash.HashRecord.Delete;
import dev.neon.rmgr.hash.HashRecord.InitBitmapPage;
import dev.neon.rmgr.hash.HashRecord.InitMetaPage;
import dev.neon.rmgr.hash.HashRecord.Insert;
import dev.neon.rmgr.hash.HashRecord.MovePageContents;
import dev.neon.rmgr.hash.HashRecord.SplitAllocatePage;
import dev.neon.rmgr.hash.HashRecord.SplitCleanup;
import dev.neon.rmgr.hash.HashRecord.SplitComplete;
import dev.neon.rmgr.hash.HashRecord.SplitPage;
import dev.neon.rmgr.hash.HashRecord.SqueezePage;
import dev.neon.rmgr.hash.HashRecord.UpdateMetaPage;
import dev.neon.rmgr.hash.HashRecord.VacuumOnePage;
import dev.neon.wal.WalRecord;

/**
 * {@code REL_17 hash_xlog.c hash_redo}, for all releases: where redo itself changed, in what a squeeze leaves as it is,
 * the record tells. Pages that PostgreSQL changes even where it restores an image are left at the image here, which
 * was taken after the change ({@code hashpage.c _hash_expandtable, _hash_splitbucket}).
 */
final class HashRedo implements BlockRedo<HashRecord> {
    @Override
    public boolean redo(HashRecord said, WalRecord record, int id, Page page) {
        if (!changes(said, id)) {
            return false;
        }
        switch (said) {
            case InitMetaPage init -> new HashMetaPage(page).init(init);
            case InitBitmapPage init -> initBitmapPage(init, id, page);
            case Insert insert -> insert(insert, id, page);
            case AddOverflowPage add -> HashOverflow.redo(add, record, id, page);
            case SplitAllocatePage split -> splitAllocatePage(split, record, id, page);
            case SplitPage split -> throw record.unsupported("the page of a hash bucket's split has no image");
            case SplitComplete split -> new HashPage(page).setFlags(id == 0 ? split.oldBucketFlag()
                    : split.newBucketFlag());
            case MovePageContents move -> HashOverflow.redo(move, record, id, page);
            case SqueezePage squeeze -> HashOverflow.redo(squeeze, record, id, page);
            case Delete delete -> delete(delete, page);
            case SplitCleanup cleanup -> new HashPage(page).clearFlag(HashPage.NEEDS_SPLIT_CLEANUP);
            case UpdateMetaPage update -> new HashMetaPage(page).setTuples(update.tuples());
            case VacuumOnePage vacuum -> vacuumOnePage(vacuum, id, page);
        }
        return true;
    }

    /** Some records refer to a bucket's first page, as block 0, only for redo to lock it. */
    private static boolean changes(HashRecord said, int id) {
        return switch (id) {
            case 0 -> !(said instanceof MovePageContents || said instanceof SqueezePage || said instanceof Delete);
            case 1 -> !(said instanceof SqueezePage squeeze) || squeeze.changesTarget();
            default -> true;
        };
    }

    private static void initBitmapPage(InitBitmapPage init, int id, Page page) {
        if (id == 0) {
            new HashBitmap(page).init(init.size());
        } else {
            new HashMetaPage(page).addFirstBitmap();
        }
    }

    private static void insert(Insert insert, int id, Page page) {
        if (id == 0) {
            page.insertItem(insert.offset(), insert.tuple().orElseThrow().bytes());
        } else {
            new HashMetaPage(page).countTuples(1);
        }
    }

    /** {@code REL_17 hash_xlog.c hash_xlog_split_allocate_page}. */
    private static void splitAllocatePage(SplitAllocatePage split, WalRecord record, int id, Page page) {
        switch (id) {
            case 0 -> {
                HashPage bucket = new HashPage(page);
                bucket.setFlags(split.oldBucketFlag());
                bucket.setPrevious(split.newBucket());
            }
            case 1 -> new HashPage(page).init(split.newBucket(), split.newBucket(), split.newBucketFlag());
            case 2 -> {
                HashMetaPage meta = new HashMetaPage(page);
                meta.setMaxBucket(split.newBucket());
                split.masks().ifPresent(meta::setMasks);
                split.spares().ifPresent(meta::setSpares);
            }
            default -> throw unknownBlock(record, id);
        }
    }

    /** {@code REL_17 hash_xlog.c hash_xlog_delete}. */
    private static void delete(Delete delete, Page page) {
        page.deleteItems(delete.deleted().orElseThrow());
        if (delete.clearsDeadMark()) {
            new HashPage(page).clearFlag(HashPage.HAS_DEAD_TUPLES);
        }
    }

    /** {@code REL_17 hash_xlog.c hash_xlog_vacuum_one_page}. */
    private static void vacuumOnePage(VacuumOnePage vacuum, int id, Page page) {
        if (id == 0) {
            page.deleteItems(vacuum.deleted());
            new HashPage(page).clearFlag(HashPage.HAS_DEAD_TUPLES);
        } else {
            new HashMetaPage(page).countTuples(-vacuum.deleted().length);
        }
    }

    static UnsupportedWalException unknownBlock(WalRecord record, int id) {
        return record.unsupported("its form has no block " + id);
    }
}
