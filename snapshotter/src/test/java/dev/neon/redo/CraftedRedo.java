package dev.neon.redo;

import dev.neon.page.Page;
import dev.neon.wal.CraftedRecord;

/** Redo of records that tests have made. */
public final class CraftedRedo {
    private CraftedRedo() {}

    /** The page of a block after the record. {@code before} stays as it is, and its LSN does not count. */
    public static Page after(CraftedRecord record, int id, Page before) {
        Page page = Page.of(before.bytes().clone());
        page.setLsn(0);
        try (PageRedo redo = new PageRedo(record.major())) {
            redo.redo(record.read(), id, page);
        }
        return page;
    }
}
