package dev.neon.rmgr.generic;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.generic.GenericRecord.Change;
import dev.neon.rmgr.generic.GenericRecord.Fragment;
import dev.neon.rmgr.generic.GenericRecord.PageDelta;
import dev.neon.wal.WalRecord;

/** {@code REL_17 generic_xlog.c generic_redo}. */
final class GenericRedo implements BlockRedo<GenericRecord> {
    @Override
    public boolean redo(GenericRecord said, WalRecord record, int id, Page page) {
        Change change = (Change) said;
        for (PageDelta delta : change.pages()) {
            if (delta.block() == id) {
                redo(delta, page);
                return true;
            }
        }
        throw record.unknownBlock(id);
    }

    private static void redo(PageDelta delta, Page page) {
        for (Fragment fragment : delta.fragments()) {
            page.put(fragment.offset(), fragment.bytes());
        }
        int lower = page.lower();
        int upper = page.upper();
        if (lower > upper || upper > Page.SIZE) {
            throw new PageFormatException("the page's bounds are wrong: lower " + lower + ", upper " + upper);
        }
        // The fragments tell nothing of the hole, and this also of a page that does not use the bounds
        page.fill(lower, upper, 0);
    }
}
