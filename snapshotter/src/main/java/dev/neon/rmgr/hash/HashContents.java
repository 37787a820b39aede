package dev.neon.rmgr.hash;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.rmgr.IndexItem;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of a hash index, as {@code hash_page_type}, {@code hash_page_stats}, {@code hash_page_items} and {@code
 * hash_metapage_info} show it ({@code REL_17 hashfuncs.c}).
 */
public final class HashContents {
    /** {@code LH_BUCKET_PAGE}. */
    private static final int BUCKET = 0x0002;
    private static final int TYPE = 0x000F;
    private static final PageFlags FLAGS = new PageFlags().with(HashPage.OVERFLOW, "overflow").with(BUCKET, "bucket")
            .with(HashPage.BITMAP, "bitmap").with(HashPage.META, "meta").with(0x0010, "being_populated")
            .with(0x0020, "being_split").with(HashPage.NEEDS_SPLIT_CLEANUP, "needs_split_cleanup")
            .with(HashPage.HAS_DEAD_TUPLES, "has_dead_tuples");

    private HashContents() {}

    /** @throws dev.neon.page.PageFormatException if it is damaged, or no page of a hash index */
    public static PageContents of(Page page) {
        HashPage hash = new HashPage(page);
        int type = hash.flags() & TYPE;
        return switch (type) {
            case HashPage.META -> PageContents.ofMeta(links(hash, "metapage"), new HashMetaPage(page).fields());
            case HashPage.BITMAP -> PageContents.of(links(hash, "bitmap"), List.of());
            case HashPage.OVERFLOW, BUCKET -> bucket(hash, type == BUCKET ? "bucket" : "overflow");
            default -> PageContents.of(links(hash, "unused"), List.of());
        };
    }

    private static PageContents bucket(HashPage hash, String type) {
        Page page = hash.page();
        List<PageFields> items = new ArrayList<>();
        int dead = 0;
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            IndexItem item = IndexItem.of(page, offset);
            dead += item.isDead() ? 1 : 0;
            // The attribute is the hash code.
            items.add(new PageFields().put("itemoffset", offset).put("ctid", item.pointer().tid())
                    .put("data", page.u32(item.at() + item.dataOffset())).put("dead", item.isDead()));
        }
        PageFields counts = new PageFields().put("live_items", items.size() - dead).put("dead_items", dead)
                .put("page_size", page.sizeField()).put("free_size", page.freeSpace());
        return PageContents.of(links(hash, type).putAll(counts), items);
    }

    private static PageFields links(HashPage hash, String type) {
        return new PageFields().put("type", type).put("hasho_prevblkno", Integer.toUnsignedLong(hash.previous()))
                .put("hasho_nextblkno", Integer.toUnsignedLong(hash.next()))
                .put("hasho_bucket", Integer.toUnsignedLong(hash.bucket())).put("hasho_flag", hash.flags())
                .put("hasho_page_id", hash.pageId()).putList("flags", FLAGS.of(hash.flags()));
    }
}
