package dev.neon.rmgr.gin;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.gin.PageChange.AddItems;
import dev.neon.rmgr.gin.PageChange.DeleteSegment;
import dev.neon.rmgr.gin.PageChange.InsertSegment;
import dev.neon.rmgr.gin.PageChange.Recompression;
import dev.neon.rmgr.gin.PageChange.ReplaceSegment;
import dev.neon.rmgr.gin.PageChange.SegmentAction;
import java.io.ByteArrayOutputStream;

/** Changes the posting lists of a leaf of a posting tree ({@code REL_17 ginxlog.c ginRedoRecompress}). */
final class GinRecompression {
    private final byte[] old;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    /** Where in {@link #old} the list {@link #segment} begins. */
    private int at;
    private int segment;

    private GinRecompression(byte[] old) {
        this.old = old;
    }

    static void redo(Recompression change, Page page) {
        if (!GinPage.has(page, GinPage.DATA) || !GinPage.has(page, GinPage.LEAF)) {
            throw new PageFormatException("the page is no leaf of a posting tree");
        }
        if (!GinPage.has(page, GinPage.COMPRESSED)) {
            compress(page);
        }
        GinRecompression lists = new GinRecompression(GinPage.postingLists(page));
        for (SegmentAction action : change.actions()) {
            lists.redo(action);
        }
        lists.made.write(lists.old, lists.at, lists.old.length - lists.at);
        GinPage.setPostingLists(page, lists.made.toByteArray());
    }

    /** A page of a release before 9.4 gets the form of today. */
    private static void compress(Page page) {
        byte[] uncompressed = GinPage.uncompressedRows(page);
        long[] rows = new long[GinPage.maxOffset(page)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = GinPostingList.readRow(uncompressed, i * ItemPointer.BYTES);
        }
        GinPage.setPostingLists(page, rows.length == 0 ? new byte[0] : GinPostingList.encode(rows));
        GinPage.setFlag(page, GinPage.COMPRESSED, true);
        GinPage.setMaxOffset(page, 0);
    }

    private void redo(SegmentAction action) {
        if (action.segment() < segment) {
            throw new PageFormatException("posting list " + action.segment() + " is already behind");
        }
        while (segment < action.segment()) {
            int start = at;
            skip();
            made.write(old, start, at - start);
        }
        switch (action) {
            case DeleteSegment _ -> skip();
            case InsertSegment insert -> made.writeBytes(insert.postingList());
            case ReplaceSegment replace -> {
                skip();
                made.writeBytes(replace.postingList());
            }
            case AddItems add -> {
                int start = at;
                skip();
                made.writeBytes(GinPostingList.encode(GinPostingList.merge(GinPostingList.decode(old, start),
                        add.items().stream().mapToLong(GinPostingList::row).toArray())));
            }
        }
    }

    private void skip() {
        at += GinPostingList.size(old, at);
        segment++;
    }
}
