package dev.neon.compute.wal;

import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.btree.BtreeRecord;
import dev.neon.rmgr.gin.GinRecord;
import dev.neon.rmgr.gin.PageChange;
import dev.neon.rmgr.hash.HashRecord;
import java.util.Optional;
import java.util.Set;

/** Tells apart the forms of a record that its operation does not tell apart. */
final class IndexForms {
    private IndexForms() {}

    static void add(RmgrRecord said, Set<String> forms) {
        switch (said) {
            case BtreeRecord btree -> add(btree, forms);
            case HashRecord hash -> add(hash, forms);
            case GinRecord gin -> add(gin, forms);
            default -> throw new IllegalArgumentException(said.toString());
        }
    }

    private static void add(BtreeRecord said, Set<String> forms) {
        switch (said) {
            case BtreeRecord.InsertLeaf insert -> optional("btree leaf", insert.tuple(), forms);
            case BtreeRecord.InsertPosting insert -> optional("btree posting", insert.split(), forms);
            case BtreeRecord.Split split -> {
                optional("btree split", split.left(), forms);
                forms.add("btree split of " + (split.level() == 0 ? "leaf" : "inner page")
                        + (split.postingOffset() == 0 ? "" : " and posting list") + ", new item on the "
                        + (split.newItemOnLeft() ? "left" : "right"));
            }
            case BtreeRecord.Dedup dedup -> optional("btree dedup", dedup.intervals(), forms);
            case BtreeRecord.Vacuum vacuum -> removal("btree vacuum", vacuum.removal(), forms);
            case BtreeRecord.Delete delete -> removal("btree delete", delete.removal(), forms);
            case BtreeRecord.UnlinkPage unlink -> forms.add("btree unlink of "
                    + (unlink.level() == 0 ? "leaf" : "inner page"));
            case BtreeRecord.NewRoot root -> forms.add("btree root "
                    + (root.level() == 0 ? "as leaf" : "above a split"));
            case BtreeRecord.InsertUpper _, BtreeRecord.MarkPageHalfDead _, BtreeRecord.ReusePage _,
                    BtreeRecord.MetaCleanup _ -> { }
        }
    }

    private static void removal(String name, Optional<BtreeRecord.Removal> removal, Set<String> forms) {
        optional(name, removal, forms);
        removal.filter(known -> known.deleted().length > 0).ifPresent(known -> forms.add(name + " of items"));
        removal.filter(known -> !known.updated().isEmpty()).ifPresent(known -> forms.add(name + " of rows"));
    }

    private static void add(HashRecord said, Set<String> forms) {
        switch (said) {
            case HashRecord.Insert insert -> optional("hash insert", insert.tuple(), forms);
            case HashRecord.AddOverflowPage add -> forms.add("hash overflow page "
                    + (add.isPageReused() ? "reused" : "fresh"));
            case HashRecord.SplitAllocatePage split -> forms.add("hash split" + (split.setsMasks() ? ", masks" : "")
                    + (split.setsSpares() ? ", spares" : ""));
            case HashRecord.MovePageContents move -> optional("hash move", move.moved(), forms);
            case HashRecord.SqueezePage squeeze -> forms.add("hash squeeze" + (squeeze.count() == 0 ? ", empty" : "")
                    + (squeeze.isPrimaryBucketPage() ? ", primary" : "")
                    + (squeeze.isPreviousPage() ? ", previous" : ""));
            case HashRecord.Delete delete -> optional("hash delete", delete.deleted(), forms);
            case HashRecord.InitMetaPage _, HashRecord.InitBitmapPage _, HashRecord.SplitPage _,
                    HashRecord.SplitComplete _, HashRecord.SplitCleanup _, HashRecord.UpdateMetaPage _,
                    HashRecord.VacuumOnePage _ -> { }
        }
    }

    private static void add(GinRecord said, Set<String> forms) {
        switch (said) {
            case GinRecord.Insert insert -> {
                forms.add("gin insert into " + kind(insert.isData(), insert.isLeaf()));
                optional("gin insert", insert.change(), forms);
                insert.change().ifPresent(change -> add(change, forms));
            }
            case GinRecord.Split split -> forms.add("gin split of " + kind(split.isData(), split.isLeaf())
                    + (split.isRoot() ? ", root" : ""));
            case GinRecord.VacuumDataLeafPage vacuum -> {
                optional("gin vacuum", vacuum.change(), forms);
                vacuum.change().ifPresent(change -> add(change, forms));
            }
            case GinRecord.UpdateMetaPage update -> forms.add("gin meta page, " + (update.count() > 0 ? "tuples"
                    : update.previousTail() != -1 ? "right link" : "alone"));
            case GinRecord.InsertListPage insert -> forms.add("gin list page, "
                    + (insert.rightLink() == -1 ? "last" : "not last"));
            case GinRecord.CreatePostingTree _, GinRecord.VacuumPage _, GinRecord.DeletePage _,
                    GinRecord.DeleteListPages _ -> { }
        }
    }

    private static String kind(boolean isData, boolean isLeaf) {
        return (isLeaf ? "leaf" : "inner page") + " of " + (isData ? "posting tree" : "entry tree");
    }

    private static void add(PageChange change, Set<String> forms) {
        switch (change) {
            case PageChange.Entry entry -> forms.add("gin entry " + (entry.isReplaced() ? "replaced" : "new"));
            case PageChange.Recompression recompression -> recompression.actions()
                    .forEach(action -> forms.add("gin " + action.getClass().getSimpleName()));
            case PageChange.Downlink _ -> { }
        }
    }

    private static void optional(String name, Optional<?> data, Set<String> forms) {
        forms.add(name + (data.isPresent() ? " with data" : " with image"));
    }
}
