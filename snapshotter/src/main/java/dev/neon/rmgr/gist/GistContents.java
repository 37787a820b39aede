package dev.neon.rmgr.gist;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.rmgr.IndexItem;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of a GiST index, as {@code gist_page_opaque_info} and {@code gist_page_items_bytea} show it ({@code REL_17
 * gistfuncs.c}).
 */
public final class GistContents {
    private static final PageFlags FLAGS = new PageFlags().with(GistPage.LEAF, "leaf")
            .with(GistPage.DELETED, "deleted").with(GistPage.TUPLES_DELETED, "tuples_deleted")
            .with(GistPage.FOLLOW_RIGHT, "follow_right").with(GistPage.HAS_GARBAGE, "has_garbage");

    private GistContents() {}

    /** @throws dev.neon.page.PageFormatException if it is damaged, or no page of a GiST index */
    public static PageContents of(Page page) {
        int flags = GistPage.flags(page);
        PageFields special = new PageFields().putLsn("nsn", GistPage.nsn(page))
                .put("rightlink", Integer.toUnsignedLong(GistPage.rightLink(page))).putList("flags", FLAGS.of(flags));
        List<PageFields> items = new ArrayList<>();
        if ((flags & GistPage.DELETED) != 0) {
            return PageContents.of(special.put("deletexid", Long.toUnsignedString(page.i64(Page.HEADER))), items);
        }
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            IndexItem item = IndexItem.of(page, offset);
            items.add(new PageFields().put("itemoffset", offset).put("ctid", item.pointer().tid())
                    .put("itemlen", item.size()).put("dead", item.isDead())
                    .putBytes("key_data", page.copy(item.at(), item.at() + item.size())));
        }
        return PageContents.of(special, items);
    }
}
