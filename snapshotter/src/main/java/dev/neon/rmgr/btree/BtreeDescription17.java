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

/** {@code REL_17 nbtdesc.c btree_desc}: {@link BtreeDescription16} with the flag {@code isCatalogRel}. */
final class BtreeDescription17 {
    private BtreeDescription17() {}

    static void append(BtreeRecord said, StringBuilder text) {
        switch (said) {
            case Delete delete -> {
                BtreeDescription16.appendDelete(delete, text);
                appendFlag(delete.isCatalogRel(), text);
                delete.removal().ifPresent(removal -> BtreeDescription16.appendRemoval(removal, text));
            }
            case ReusePage reuse -> {
                BtreeDescription16.append(reuse, text);
                appendFlag(reuse.isCatalogRel(), text);
            }
            case InsertLeaf _, InsertUpper _, InsertPosting _, Split _, Dedup _, Vacuum _, MarkPageHalfDead _,
                    UnlinkPage _, NewRoot _, MetaCleanup _ -> BtreeDescription16.append(said, text);
        }
    }

    private static void appendFlag(boolean isCatalogRel, StringBuilder text) {
        text.append(", isCatalogRel: ").append(isCatalogRel ? 'T' : 'F');
    }
}
