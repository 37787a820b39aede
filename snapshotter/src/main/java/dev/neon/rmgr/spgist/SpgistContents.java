package dev.neon.rmgr.spgist;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.rmgr.ItemPointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of an SP-GiST index, with the names of its structures ({@code REL_17 spgist_private.h}); {@code pageinspect} has
 * no function for them. What stands in {@link SpgistPage} of a leaf tuple holds for a dead one as well.
 */
public final class SpgistContents {
    private static final PageFlags FLAGS = new PageFlags().with(SpgistPage.META, "meta")
            .with(SpgistPage.DELETED, "deleted").with(SpgistPage.LEAF, "leaf").with(SpgistPage.NULLS, "nulls");
    private static final List<String> STATES = List.of("live", "redirect", "dead", "placeholder");
    /** {@code SPGIST_CACHED_PAGES}. */
    private static final int CACHED_PAGES = 8;
    private static final int LEAF_HEADER = 12;
    private static final int DEAD_SIZE = 16;
    private static final int INNER_HEADER = 8;

    private SpgistContents() {}

    /** @throws dev.neon.page.PageFormatException if it is damaged, or no page of an SP-GiST index */
    public static PageContents of(Page page) {
        int flags = SpgistPage.flags(page);
        PageFields special = new PageFields().putList("flags", FLAGS.of(flags))
                .put("nRedirection", SpgistPage.redirections(page)).put("nPlaceholder", SpgistPage.placeholders(page));
        if ((flags & SpgistPage.META) != 0) {
            return PageContents.ofMeta(special, meta(page));
        }
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            items.add((flags & SpgistPage.LEAF) != 0 ? leaf(page, offset) : inner(page, offset));
        }
        return PageContents.of(special, items);
    }

    private static PageFields meta(Page page) {
        List<String> pages = new ArrayList<>();
        for (int i = 0; i < CACHED_PAGES; i++) {
            int at = Page.HEADER + 4 + i * 8;
            pages.add(page.u32(at) + ":" + page.i32(at + 4));
        }
        return new PageFields().put("magicNumber", page.u32(Page.HEADER)).putList("lastUsedPages", pages);
    }

    private static PageFields leaf(Page page, int offset) {
        int at = page.normalItem(offset);
        int state = page.i32(at) & SpgistPage.STATE;
        int size = page.i32(at) >>> 2;
        PageFields fields = new PageFields().put("itemoffset", offset).put("tupstate", STATES.get(state))
                .put("size", size).put("nextOffset", page.u16(at + SpgistPage.NEXT) & SpgistPage.NEXT_OFFSET)
                .put("pointer", ItemPointer.at(page, at + SpgistPage.POINTER).tid());
        if (state == 0) {
            return fields.putMissing("xid").putSpaced("data", item(page, offset, LEAF_HEADER));
        }
        return (page.itemLength(offset) < DEAD_SIZE ? fields.putMissing("xid")
                : fields.put("xid", page.u32(at + LEAF_HEADER))).putMissing("data");
    }

    private static PageFields inner(Page page, int offset) {
        int at = page.normalItem(offset);
        int word = page.i32(at);
        PageFields fields = new PageFields().put("itemoffset", offset)
                .put("tupstate", STATES.get(word & SpgistPage.STATE));
        if ((word & SpgistPage.STATE) != 0) {
            return fields.putMissing("size").putMissing("allTheSame").putMissing("nNodes").putMissing("prefixSize")
                    .put("pointer", ItemPointer.at(page, at + SpgistPage.POINTER).tid()).putMissing("data");
        }
        return fields.put("size", page.u16(at + 4)).put("allTheSame", (word & 4) != 0).put("nNodes", word >>> 3 & 0x1FFF)
                .put("prefixSize", word >>> Short.SIZE).putMissing("pointer")
                .putSpaced("data", item(page, offset, INNER_HEADER));
    }

    private static byte[] item(Page page, int offset, int from) {
        int at = page.normalItem(offset);
        return page.copy(at + Math.min(from, page.itemLength(offset)), at + page.itemLength(offset));
    }
}
