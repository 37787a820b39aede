package dev.neon.rmgr.spgist;

import dev.neon.page.Page;
import dev.neon.rmgr.spgist.SpgistRecord.VacuumLeaf;
import dev.neon.rmgr.spgist.SpgistRecord.VacuumRedirect;
import java.util.stream.IntStream;

/** {@code REL_17 spgxlog.c}, {@code spgRedoVacuumLeaf} and {@code spgRedoVacuumRedirect}. */
final class VacuumRedo {
    private VacuumRedo() {}

    static void leaf(VacuumLeaf vacuum, Page page) {
        SpgistPage.bury(page, vacuum.toDead(), DeadTuple.DEAD, DeadTuple.DEAD);
        SpgistPage.bury(page, vacuum.toPlaceholder(), DeadTuple.PLACEHOLDER, DeadTuple.PLACEHOLDER);
        int[] from = vacuum.moveSrc();
        for (int i = 0; i < from.length; i++) {
            page.swapItems(from[i], vacuum.moveDest()[i]);
        }
        SpgistPage.bury(page, from, DeadTuple.PLACEHOLDER, DeadTuple.PLACEHOLDER);
        for (int i = 0; i < vacuum.chainSrc().length; i++) {
            SpgistPage.setNext(page, vacuum.chainSrc()[i], vacuum.chainDest()[i]);
        }
    }

    static void redirect(VacuumRedirect vacuum, Page page) {
        int[] ended = vacuum.toPlaceholder();
        for (int offset : ended) {
            SpgistPage.endRedirect(page, offset);
        }
        SpgistPage.countRedirections(page, -ended.length);
        SpgistPage.countPlaceholders(page, ended.length);
        int first = vacuum.firstPlaceholder();
        if (first != 0) {
            int[] last = IntStream.rangeClosed(first, page.itemCount()).toArray();
            SpgistPage.countPlaceholders(page, -last.length);
            page.deleteItems(last);
        }
    }
}
