package dev.neon.rmgr.btree;

import dev.neon.rmgr.btree.BtreeRecord.Dedup;
import dev.neon.rmgr.btree.BtreeRecord.Delete;
import dev.neon.rmgr.btree.BtreeRecord.InsertLeaf;
import dev.neon.rmgr.btree.BtreeRecord.InsertPosting;
import dev.neon.rmgr.btree.BtreeRecord.InsertUpper;
import dev.neon.rmgr.btree.BtreeRecord.MarkPageHalfDead;
import dev.neon.rmgr.btree.BtreeRecord.MetaCleanup;
import dev.neon.rmgr.btree.BtreeRecord.NewRoot;
import dev.neon.rmgr.btree.BtreeRecord.ReusePage;
import dev.neon.rmgr.btree.BtreeRecord.Split;
import dev.neon.rmgr.btree.BtreeRecord.UnlinkPage;
import dev.neon.rmgr.btree.BtreeRecord.Vacuum;

/** {@code REL_14 nbtdesc.c btree_desc}. */
final class BtreeDescription14 {
    private BtreeDescription14() {}

    static void append(BtreeRecord said, StringBuilder text) {
        switch (said) {
            case InsertLeaf insert -> text.append("off ").append(insert.offset());
            case InsertUpper insert -> text.append("off ").append(insert.offset());
            case InsertPosting insert -> text.append("off ").append(insert.offset());
            case Split split -> text.append("level ").append(unsigned(split.level()))
                    .append(", firstrightoff ").append(split.firstRight())
                    .append(", newitemoff ").append(split.newItemOffset())
                    .append(", postingoff ").append(split.postingOffset());
            case Dedup dedup -> text.append("nintervals ").append(dedup.count());
            case Vacuum vacuum -> text.append("ndeleted ").append(vacuum.deleted())
                    .append("; nupdated ").append(vacuum.updated());
            case Delete delete -> text.append("latestRemovedXid ").append(unsigned(delete.snapshotConflictHorizon()))
                    .append("; ndeleted ").append(delete.deleted())
                    .append("; nupdated ").append(delete.updated());
            case MarkPageHalfDead mark -> text.append("topparent ").append(unsigned(mark.topParent()))
                    .append("; leaf ").append(unsigned(mark.leaf()))
                    .append("; left ").append(unsigned(mark.left()))
                    .append("; right ").append(unsigned(mark.right()));
            case UnlinkPage unlink -> text.append("left ").append(unsigned(unlink.left()))
                    .append("; right ").append(unsigned(unlink.right()))
                    .append("; level ").append(unsigned(unlink.level()))
                    .append("; safexid ").append(withEpoch(unlink.safeXid()))
                    .append("; leafleft ").append(unsigned(unlink.leafLeft()))
                    .append("; leafright ").append(unsigned(unlink.leafRight()))
                    .append("; leaftopparent ").append(unsigned(unlink.leafTopParent()));
            case NewRoot newRoot -> text.append("lev ").append(unsigned(newRoot.level()));
            case ReusePage reuse -> text.append("rel ").append(reuse.relation())
                    .append("; latestRemovedXid ").append(withEpoch(reuse.snapshotConflictHorizon()));
            case MetaCleanup cleanup -> text.append("last_cleanup_num_delpages ")
                    .append(unsigned(cleanup.metadata().lastCleanupDeletedPages()));
        }
    }

    static String unsigned(int value) {
        return Integer.toUnsignedString(value);
    }

    /** A 64-bit xid as {@code epoch:xid}. */
    static String withEpoch(long xid) {
        return (xid >>> 32) + ":" + (xid & 0xFFFFFFFFL);
    }
}
