package dev.neon.pageview;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.VisibilityMap;
import dev.neon.postgres.ForkNumber;
import dev.neon.rmgr.brin.BrinContents;
import dev.neon.rmgr.btree.BtreeContents;
import dev.neon.rmgr.gin.GinContents;
import dev.neon.rmgr.gist.GistContents;
import dev.neon.rmgr.hash.HashContents;
import dev.neon.rmgr.heap.HeapContents;
import dev.neon.rmgr.spgist.SpgistContents;
import java.util.List;
import java.util.function.Function;

/** What a page is one of. */
public enum PageKind {
    /** Never initialised: all zeros. */
    NEW("new", page -> PageContents.of(new PageFields(), List.of())),
    HEAP("heap", HeapContents::of),
    SEQUENCE("sequence", page -> PageContents.of(
            new PageFields().put("magic", "0x" + Integer.toHexString(page.i32(page.special()))),
            HeapContents.of(page).items())),
    BTREE("btree", BtreeContents::of),
    HASH("hash", HashContents::of),
    GIST("gist", GistContents::of),
    GIN("gin", GinContents::of),
    SPGIST("spgist", SpgistContents::of),
    BRIN("brin", BrinContents::of),
    BLOOM("bloom", page -> PageContents.of(bloom(page), List.of())),
    VISIBILITY_MAP("visibility map", page -> PageContents.of(new PageFields(), runs(page))),
    /** Of an access method that neon does not know. */
    OTHER("unknown", page -> PageContents.of(new PageFields()
            .putBytes("special", page.copy(page.special(), Page.SIZE)), List.of()));

    private static final int SEQUENCE_MAGIC = 0x1717;
    /** {@code MAX_BT_CYCLE_ID}: the last two bytes of a btree's page are none of the numbers above. */
    private static final int LAST_CYCLE_ID = 0xFF7F;

    private final String word;
    private final Function<Page, PageContents> reader;

    PageKind(String word, Function<Page, PageContents> reader) {
        this.word = word;
        this.reader = reader;
    }

    /** For people, and in JSON: {@code btree}, {@code visibility map}. */
    public String word() {
        return word;
    }

    PageContents contents(Page page) {
        return reader.apply(page);
    }

    /**
     * What a page says of itself: access methods leave their mark in its last two bytes, or are told by how many bytes
     * they keep at its end.
     */
    public static PageKind of(Page page, ForkNumber fork) {
        if (page.isNew()) {
            return NEW;
        }
        if (fork == ForkNumber.VISIBILITYMAP) {
            return VISIBILITY_MAP;
        }
        int mark = page.u16(Page.SIZE - 2);
        return switch (Page.SIZE - page.special()) {
            case 0 -> HEAP;
            case 16 -> switch (mark) {
                case 0xFF80 -> HASH;
                case 0xFF81 -> GIST;
                default -> mark <= LAST_CYCLE_ID ? BTREE : OTHER;
            };
            case 8 -> switch (mark) {
                case 0xFF82 -> SPGIST;
                case 0xFF83 -> BLOOM;
                case 0xF091, 0xF092, 0xF093 -> BRIN;
                // An inner page of gin's entry tree has no flags; its right sibling is hardly 5911.
                default -> page.i64(page.special()) == SEQUENCE_MAGIC ? SEQUENCE : mark < 0x0200 ? GIN : OTHER;
            };
            default -> OTHER;
        };
    }

    /** {@code BloomPageOpaqueData}. */
    private static PageFields bloom(Page page) {
        int special = page.special();
        return new PageFields().put("maxoff", page.u16(special)).put("flags", page.u16(special + 2));
    }

    /** Blocks of the heap that follow each other and have the same bits, one at least. */
    private static List<PageFields> runs(Page page) {
        return VisibilityMap.runs(page).stream().map(run -> new PageFields().put("from", run.from())
                .put("to", run.to()).put("all_visible", (run.bits() & 1) != 0)
                .put("all_frozen", (run.bits() & 2) != 0)).toList();
    }
}
