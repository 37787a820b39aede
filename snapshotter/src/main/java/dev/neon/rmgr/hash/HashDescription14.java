package dev.neon.rmgr.hash;

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

/** {@code REL_14 hashdesc.c hash_desc}. */
final class HashDescription14 {
    private HashDescription14() {}

    static void append(HashRecord said, StringBuilder text) {
        switch (said) {
            case InitMetaPage init -> text.append("num_tuples ").append(PrintfGeneral.format(init.tuples()))
                    .append(", fillfactor ").append(init.fillFactor());
            case InitBitmapPage init -> text.append("bmsize ").append(init.size());
            case Insert insert -> text.append("off ").append(insert.offset());
            case AddOverflowPage add -> text.append("bmsize ").append(add.bitmapSize())
                    .append(", bmpage_found ").append(flag(add.isPageReused()));
            case SplitAllocatePage split -> text.append("new_bucket ").append(unsigned(split.newBucket()))
                    .append(", meta_page_masks_updated ").append(flag(split.setsMasks()))
                    .append(", issplitpoint_changed ").append(flag(split.setsSpares()));
            case SplitComplete split -> text.append("old_bucket_flag ").append(split.oldBucketFlag())
                    .append(", new_bucket_flag ").append(split.newBucketFlag());
            case MovePageContents move -> text.append("ntups ").append(move.count())
                    .append(", is_primary ").append(flag(move.isPrimaryBucketPage()));
            case SqueezePage squeeze -> text.append("prevblkno ").append(unsigned(squeeze.previous()))
                    .append(", nextblkno ").append(unsigned(squeeze.next()))
                    .append(", ntups ").append(squeeze.count())
                    .append(", is_primary ").append(flag(squeeze.isPrimaryBucketPage()));
            case Delete delete -> text.append("clear_dead_marking ").append(flag(delete.clearsDeadMark()))
                    .append(", is_primary ").append(flag(delete.isPrimaryBucketPage()));
            case UpdateMetaPage update -> text.append("ntuples ").append(PrintfGeneral.format(update.tuples()));
            case VacuumOnePage vacuum -> text.append("ntuples ").append(vacuum.deleted().length)
                    .append(", latestRemovedXid ").append(unsigned(vacuum.snapshotConflictHorizon()));
            case SplitPage _, SplitCleanup _ -> { }
        }
    }

    static String unsigned(int value) {
        return Integer.toUnsignedString(value);
    }

    static char flag(boolean value) {
        return value ? 'T' : 'F';
    }
}
