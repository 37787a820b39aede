package dev.neon.redo;

import dev.neon.page.Page;
import dev.neon.wal.CraftedRecord;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What the tests of redo have in common: crafted records done to pages. */
public final class RedoTests {
    private RedoTests() {}

    /** The page of a block of the record, changed in place, in a cluster that logs hints. */
    public static Page redo(CraftedRecord crafted, int id, Page page) {
        try (PageRedo redo = new PageRedo(crafted.major())) {
            redo.redo(crafted.read(), id, page);
        }
        return page;
    }

    /** The LSN that pages have after the record. */
    public static long end(CraftedRecord crafted) {
        return crafted.read().end().value();
    }

    /** The pages that the record touches without a reference: {@code 1663/5/16384 fork 2 block 0}. */
    public static List<String> touched(CraftedRecord crafted) {
        List<String> touched = new ArrayList<>();
        try (PageRedo redo = new PageRedo(crafted.major())) {
            redo.touches(crafted.read(), (relation, fork, block) -> touched
                    .add(relation + " fork " + fork + " block " + Integer.toUnsignedString(block)));
        }
        return touched;
    }

    /** Does to all touched pages what the record says, as if they all were this one. */
    public static Page redoTouched(CraftedRecord crafted, Page page) {
        WalRecord record = crafted.read();
        try (PageRedo redo = new PageRedo(crafted.major())) {
            redo.touches(record, (relation, fork, block) -> redo.redoTouched(record, relation, fork, block, page));
        }
        return page;
    }

    /** The item of a line pointer, in hexadecimal. */
    public static String item(Page page, int offset) {
        return HexFormat.of().formatHex(page.item(offset));
    }

    /** An empty page without special space, as heaps have them. */
    public static Page empty() {
        Page page = Page.zero();
        page.init(0);
        return page;
    }

    /** A page of items in hexadecimal. */
    public static Page page(String... items) {
        Page page = empty();
        for (String item : items) {
            page.appendItem(CraftedRecord.bytes(item));
        }
        return page;
    }
}
