package dev.neon.rmgr.gin;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.IndexItem;
import dev.neon.rmgr.ItemPointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A page of a gin index, as {@code gin_metapage_info}, {@code gin_page_opaque_info} and {@code gin_leafpage_items} show
 * it ({@code REL_17 ginfuncs.c}). Pages that have no function there are shown alike: the entry tree and the pending list
 * with index tuples, inner pages of posting trees with {@code child} and {@code key}.
 */
public final class GinContents {
    private static final PageFlags FLAGS = new PageFlags().with(GinPage.DATA, "data").with(GinPage.LEAF, "leaf")
            .with(GinPage.DELETED, "deleted").with(GinPage.META, "meta").with(GinPage.LIST, "list")
            .with(GinPage.LIST_FULLROW, "list_fullrow").with(GinPage.INCOMPLETE_SPLIT, "incomplete_split")
            .with(GinPage.COMPRESSED, "compressed");
    /** {@code GIN_TREE_POSTING}: the rows of a key have a tree, whose root {@code t_tid} names. */
    private static final int HAS_TREE = 0xFFFF;
    /** {@code GIN_ITUP_COMPRESSED}, in the place of a block. */
    private static final int IS_COMPRESSED = 0x8000_0000;

    private GinContents() {}

    /** @throws PageFormatException if it is damaged, or no page of a gin index */
    public static PageContents of(Page page) {
        PageFields special = new PageFields().put("rightlink", Integer.toUnsignedLong(GinPage.rightLink(page)))
                .put("maxoff", GinPage.maxOffset(page)).putList("flags", FLAGS.of(GinPage.flags(page)));
        if (GinPage.has(page, GinPage.META)) {
            return PageContents.ofMeta(special, GinMetadata.at(page, Page.HEADER).fields());
        }
        if (GinPage.has(page, GinPage.DELETED)) {
            return PageContents.of(special, List.of());
        }
        if (!GinPage.has(page, GinPage.DATA)) {
            return PageContents.of(special, tuples(page));
        }
        return PageContents.of(special, GinPage.has(page, GinPage.LEAF) ? rows(page) : links(page));
    }

    private static List<PageFields> rows(Page page) {
        if (!GinPage.has(page, GinPage.COMPRESSED)) {
            return List.of(new PageFields().putMissing("first_tid").putMissing("nbytes")
                    .putList("tids", uncompressed(GinPage.uncompressedRows(page), GinPage.maxOffset(page))));
        }
        byte[] lists = GinPage.postingLists(page);
        List<PageFields> items = new ArrayList<>();
        for (int at = 0; at < lists.length; at += GinPostingList.size(lists, at)) {
            List<String> rows = tids(GinPostingList.decode(lists, at));
            items.add(new PageFields().put("first_tid", rows.getFirst())
                    .put("nbytes", GinPostingList.byteCount(lists, at)).putList("tids", rows));
        }
        return items;
    }

    private static List<String> tids(long[] rows) {
        return Arrays.stream(rows).mapToObj(row -> GinPostingList.pointer(row).tid()).toList();
    }

    private static List<String> uncompressed(byte[] rows, int count) {
        List<String> tids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tids.add(GinPostingList.pointer(GinPostingList.readRow(rows, i * ItemPointer.BYTES)).tid());
        }
        return tids;
    }

    private static List<PageFields> links(Page page) {
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= GinPage.maxOffset(page); offset++) {
            items.add(new PageFields().put("itemoffset", offset)
                    .put("child", Integer.toUnsignedLong(GinPage.child(page, offset)))
                    .put("key", GinPage.key(page, offset).tid()));
        }
        return items;
    }

    private static List<PageFields> tuples(Page page) {
        boolean isLeaf = GinPage.has(page, GinPage.LEAF) && !GinPage.has(page, GinPage.LIST);
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            IndexItem item = IndexItem.of(page, offset);
            items.add(isLeaf ? entry(item) : item.fields().putSpaced("data", item.data(item.size()))
                    .putMissing("tree").putMissing("tids"));
        }
        return items;
    }

    private static PageFields entry(IndexItem item) {
        int count = item.pointer().offset();
        if (count == HAS_TREE) {
            return item.fields().putSpaced("data", item.data(item.size()))
                    .put("tree", Integer.toUnsignedLong(item.pointer().block())).putMissing("tids");
        }
        int place = item.pointer().block() & ~IS_COMPRESSED;
        PageFields fields = item.fields().putSpaced("data", item.data(place)).putMissing("tree");
        byte[] rows = item.page().copy(item.at() + place, item.at() + item.size());
        if ((item.pointer().block() & IS_COMPRESSED) == 0) {
            return fields.putList("tids", uncompressed(rows, count));
        }
        return fields.putList("tids", count == 0 ? List.of() : tids(GinPostingList.decode(rows, 0)));
    }
}
