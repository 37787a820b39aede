package dev.neon.rmgr.brin;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of a BRIN index, as {@code brin_page_type}, {@code brin_metapage_info}, {@code brin_revmap_data} and {@code
 * brin_page_items} show it ({@code REL_17 brinfuncs.c}); but the values of a summary in hex, since their types stand in
 * catalogs. Ranges without a summary are left out of revmaps.
 *
 * <p>A summary begins with u32 {@code bt_blkno}, u8 {@code bt_info} ({@code REL_17 brin_tuple.h}).
 */
public final class BrinContents {
    private static final int FLAGS_AT = 4;
    /** {@code BRIN_EVACUATE_PAGE}. */
    private static final PageFlags FLAGS = new PageFlags().with(0x0001, "evacuate");

    private static final int INFO = 4;
    private static final int DATA_OFFSET = 0x1F;
    private static final int IS_EMPTY = 0x20;
    private static final int IS_PLACEHOLDER = 0x40;
    private static final int HAS_NULLS = 0x80;

    private BrinContents() {}

    /** @throws PageFormatException if it is damaged, or no page of a BRIN index */
    public static PageContents of(Page page) {
        int special = page.special(BrinRedo.SPECIAL_SIZE);
        int type = page.u16(special + BrinRedo.TYPE);
        PageFields fields = new PageFields();
        List<String> flags = FLAGS.of(page.u16(special + FLAGS_AT));
        return switch (type) {
            case BrinRedo.META_PAGE -> PageContents.ofMeta(fields.put("type", "meta").putList("flags", flags), meta(page));
            case BrinRedo.REVMAP_PAGE ->
                    PageContents.of(fields.put("type", "revmap").putList("flags", flags), revmap(page));
            case BrinRedo.REGULAR_PAGE ->
                    PageContents.of(fields.put("type", "regular").putList("flags", flags), summaries(page));
            default -> throw new PageFormatException("a BRIN page of type 0x" + Integer.toHexString(type));
        };
    }

    private static PageFields meta(Page page) {
        int at = Page.HEADER;
        return new PageFields().put("magic", "0x%08X".formatted(page.i32(at))).put("version", page.i32(at + 4))
                .put("pagesperrange", page.i32(at + 8)).put("lastrevmappage", page.u32(at + 12));
    }

    private static List<PageFields> revmap(Page page) {
        List<PageFields> items = new ArrayList<>();
        for (int i = 0; i < BrinRedo.REVMAP_ITEMS; i++) {
            ItemPointer summary = ItemPointer.at(page, Page.HEADER + i * ItemPointer.BYTES);
            if (summary.offset() != 0) {
                items.add(new PageFields().put("item", i).put("pages", summary.tid()));
            }
        }
        return items;
    }

    private static List<PageFields> summaries(Page page) {
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            PageFields item = new PageFields().put("itemoffset", offset);
            items.add(page.itemState(offset) == Page.UNUSED ? item.putMissing("blknum").putMissing("hasnulls")
                    .putMissing("placeholder").putMissing("empty").putMissing("data")
                    : putSummary(item, page, page.normalItem(offset), page.itemLength(offset)));
        }
        return items;
    }

    private static PageFields putSummary(PageFields item, Page page, int at, int length) {
        int info = page.u8(at + INFO);
        return item.put("blknum", page.u32(at)).put("hasnulls", (info & HAS_NULLS) != 0)
                .put("placeholder", (info & IS_PLACEHOLDER) != 0).put("empty", (info & IS_EMPTY) != 0)
                .putSpaced("data", page.copy(Math.min(at + (info & DATA_OFFSET), at + length), at + length));
    }
}
