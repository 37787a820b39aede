package dev.neon.compute.redo;

import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.brin.BrinRecord;
import dev.neon.rmgr.gin.GinRecord;
import dev.neon.rmgr.gin.PageChange;
import dev.neon.rmgr.gist.GistRecord;
import dev.neon.rmgr.spgist.SpgistRecord;
import dev.neon.wal.WalRecord;
import java.util.Set;

/**
 * Tells apart what redo does to a block of gin, GiST, SP-GiST and BRIN where the record's operation does not tell: its ways
 * that a comparison has to have gone.
 */
final class BlockForms {
    private static final int NO_BLOCK = -1;

    private BlockForms() {}

    /** Adds the forms of one block. */
    static void add(RmgrRecord said, WalRecord record, int id, Set<String> forms) {
        switch (said) {
            case GinRecord gin -> add(gin, id, forms);
            case GistRecord gist -> add(gist, record, id, forms);
            case SpgistRecord spgist -> add(spgist, record, id, forms);
            case BrinRecord brin -> forms.add("brin " + brin.getClass().getSimpleName() + ", block " + id
                    + (record.willInit(id) ? ", new" : ""));
            default -> { }
        }
    }

    private static void add(GinRecord said, int id, Set<String> forms) {
        switch (said) {
            case GinRecord.Insert insert when id == 1 -> forms.add("gin end of split of a page of the "
                    + (insert.isData() ? "posting tree" : "entry tree"));
            case GinRecord.Insert insert -> insert.change().ifPresent(change -> add(change, insert.isLeaf(), forms));
            case GinRecord.VacuumDataLeafPage vacuum -> vacuum.change().ifPresent(change ->
                    change.actions().forEach(action -> forms.add("gin vacuum, " + action.getClass().getSimpleName())));
            case GinRecord.UpdateMetaPage update when id == 1 -> forms.add("gin last list page, "
                    + (update.count() > 0 ? "tuples" : update.previousTail() == NO_BLOCK ? "nothing" : "right link"));
            case GinRecord.InsertListPage insert -> forms.add("gin new list page, "
                    + (insert.rightLink() == NO_BLOCK ? "last" : "not last"));
            default -> forms.add("gin " + said.getClass().getSimpleName() + ", block "
                    + (said instanceof GinRecord.DeleteListPages ? Math.min(id, 1) : id));
        }
    }

    private static void add(PageChange change, boolean isLeaf, Set<String> forms) {
        switch (change) {
            case PageChange.Entry entry -> forms.add("gin entry " + (!isLeaf ? "in an inner page"
                    : entry.isReplaced() ? "replaced" : "new"));
            case PageChange.Downlink _ -> forms.add("gin link in an inner page");
            case PageChange.Recompression recompression -> recompression.actions().forEach(action ->
                    forms.add("gin insert, " + action.getClass().getSimpleName()));
        }
    }

    private static void add(GistRecord said, WalRecord record, int id, Set<String> forms) {
        switch (said) {
            case GistRecord.PageUpdate _ when id == 1 -> forms.add("gist end of split, update");
            case GistRecord.PageSplit _ when id == 0 -> forms.add("gist end of split, split");
            case GistRecord.PageUpdate update -> update.change().ifPresent(change -> forms.add("gist update, "
                    + Math.min(change.toDelete().length, 2) + " go, " + Math.min(change.toInsert().size(), 2)
                    + " come"));
            case GistRecord.PageSplit split -> forms.add("gist split of " + (split.origleaf() ? "a leaf" : "an inner page")
                    + (record.block(1) == 0 ? ", root" : "")
                    + (id == 1 ? ", first" : id == split.pages().size() ? ", last" : ", middle")
                    + (split.markfollowright() ? ", to be followed" : ""));
            default -> forms.add("gist " + said.getClass().getSimpleName() + ", block " + id);
        }
    }

    private static void add(SpgistRecord said, WalRecord record, int id, Set<String> forms) {
        String isNew = record.willInit(id) ? ", new" : "";
        String block = "spgist " + said.getClass().getSimpleName() + ", block " + id + isNew;
        switch (said) {
            case SpgistRecord.AddLeaf add when id == 0 -> forms.add(block + nulls(add.storesNulls())
                    + (add.offnumHeadLeaf() == 0 ? ", first" : add.offnumHeadLeaf() == add.offnumLeaf()
                            ? ", in place of a dead one" : ", in a chain"));
            case SpgistRecord.MoveLeafs move -> forms.add(block + nulls(move.storesNulls())
                    + (move.replaceDead() ? ", in place of a dead one" : "")
                    + (move.stateSrc().isBuild() ? ", build" : ""));
            case SpgistRecord.AddNode add -> forms.add(block + (record.hasBlock(1) ? "" : ", in place")
                    + (add.parentBlk() == id ? ", parent" : ""));
            case SpgistRecord.SplitTuple split -> forms.add(block + (split.postfixBlkSame() ? ", both" : ""));
            case SpgistRecord.PickSplit split -> forms.add(block + nulls(split.storesNulls())
                    + (id == 2 && split.innerIsParent() ? ", parent" : "") + (split.isRootSplit() ? ", root" : ""));
            case SpgistRecord.VacuumLeaf vacuum -> {
                some("spgist vacuum of a leaf, dead", vacuum.toDead(), forms);
                some("spgist vacuum of a leaf, placeholders", vacuum.toPlaceholder(), forms);
                some("spgist vacuum of a leaf, moved", vacuum.moveSrc(), forms);
                some("spgist vacuum of a leaf, chained", vacuum.chainSrc(), forms);
            }
            case SpgistRecord.VacuumRedirect vacuum -> {
                some("spgist vacuum of redirects, ended", vacuum.toPlaceholder(), forms);
                forms.add("spgist vacuum of redirects" + (vacuum.firstPlaceholder() == 0 ? "" : ", placeholders go"));
            }
            default -> forms.add(block);
        }
    }

    private static String nulls(boolean storesNulls) {
        return storesNulls ? ", nulls" : "";
    }

    private static void some(String form, int[] offsets, Set<String> forms) {
        if (offsets.length > 0) {
            forms.add(form);
        }
    }
}
