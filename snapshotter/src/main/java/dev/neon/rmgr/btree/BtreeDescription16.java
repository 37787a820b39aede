package dev.neon.rmgr.btree;

import static dev.neon.rmgr.btree.BtreeDescription14.unsigned;
import static dev.neon.rmgr.btree.BtreeDescription14.withEpoch;

import dev.neon.rmgr.btree.BtreeRecord.Dedup;
import dev.neon.rmgr.btree.BtreeRecord.Delete;
import dev.neon.rmgr.btree.BtreeRecord.InsertLeaf;
import dev.neon.rmgr.btree.BtreeRecord.InsertPosting;
import dev.neon.rmgr.btree.BtreeRecord.InsertUpper;
import dev.neon.rmgr.btree.BtreeRecord.MarkPageHalfDead;
import dev.neon.rmgr.btree.BtreeRecord.MetaCleanup;
import dev.neon.rmgr.btree.BtreeRecord.NewRoot;
import dev.neon.rmgr.btree.BtreeRecord.PostingUpdate;
import dev.neon.rmgr.btree.BtreeRecord.Removal;
import dev.neon.rmgr.btree.BtreeRecord.ReusePage;
import dev.neon.rmgr.btree.BtreeRecord.Split;
import dev.neon.rmgr.btree.BtreeRecord.UnlinkPage;
import dev.neon.rmgr.btree.BtreeRecord.Vacuum;
import java.util.Arrays;
import java.util.stream.Collectors;

/** {@code REL_16 nbtdesc.c btree_desc}: names end with a colon, and removals are told item by item. */
final class BtreeDescription16 {
    private BtreeDescription16() {}

    static void append(BtreeRecord said, StringBuilder text) {
        switch (said) {
            case InsertLeaf insert -> text.append("off: ").append(insert.offset());
            case InsertUpper insert -> text.append("off: ").append(insert.offset());
            case InsertPosting insert -> text.append("off: ").append(insert.offset());
            case Split split -> text.append("level: ").append(unsigned(split.level()))
                    .append(", firstrightoff: ").append(split.firstRight())
                    .append(", newitemoff: ").append(split.newItemOffset())
                    .append(", postingoff: ").append(split.postingOffset());
            case Dedup dedup -> text.append("nintervals: ").append(dedup.count());
            case Vacuum vacuum -> {
                text.append("ndeleted: ").append(vacuum.deleted()).append(", nupdated: ").append(vacuum.updated());
                vacuum.removal().ifPresent(removal -> appendRemoval(removal, text));
            }
            case Delete delete -> {
                appendDelete(delete, text);
                delete.removal().ifPresent(removal -> appendRemoval(removal, text));
            }
            case MarkPageHalfDead mark -> text.append("topparent: ").append(unsigned(mark.topParent()))
                    .append(", leaf: ").append(unsigned(mark.leaf()))
                    .append(", left: ").append(unsigned(mark.left()))
                    .append(", right: ").append(unsigned(mark.right()));
            case UnlinkPage unlink -> text.append("left: ").append(unsigned(unlink.left()))
                    .append(", right: ").append(unsigned(unlink.right()))
                    .append(", level: ").append(unsigned(unlink.level()))
                    .append(", safexid: ").append(withEpoch(unlink.safeXid()))
                    .append(", leafleft: ").append(unsigned(unlink.leafLeft()))
                    .append(", leafright: ").append(unsigned(unlink.leafRight()))
                    .append(", leaftopparent: ").append(unsigned(unlink.leafTopParent()));
            case NewRoot newRoot -> text.append("level: ").append(unsigned(newRoot.level()));
            case ReusePage reuse -> text.append("rel: ").append(reuse.relation())
                    .append(", snapshotConflictHorizon: ").append(withEpoch(reuse.snapshotConflictHorizon()));
            case MetaCleanup cleanup -> text.append("last_cleanup_num_delpages: ")
                    .append(unsigned(cleanup.metadata().lastCleanupDeletedPages()));
        }
    }

    /** What a deletion shows before the items. */
    static void appendDelete(Delete delete, StringBuilder text) {
        text.append("snapshotConflictHorizon: ").append(unsigned(delete.snapshotConflictHorizon()))
                .append(", ndeleted: ").append(delete.deleted())
                .append(", nupdated: ").append(delete.updated());
    }

    static void appendRemoval(Removal removal, StringBuilder text) {
        text.append(", deleted: ").append(Arrays.toString(removal.deleted())).append(", updated: ")
                .append(removal.updated().stream().map(BtreeDescription16::update)
                        .collect(Collectors.joining(", ", "[", "]")));
    }

    private static String update(PostingUpdate update) {
        return "{ off: " + update.offset() + ", nptids: " + update.deleted().length + ", ptids: "
                + Arrays.toString(update.deleted()) + " }";
    }
}
