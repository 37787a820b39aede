package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.IndexItem;
import dev.neon.rmgr.ItemPointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of a btree, as {@code bt_page_stats}, {@code bt_page_items} and {@code bt_metap} show it ({@code REL_17
 * btreefuncs.c}).
 */
public final class BtreeContents {
    private static final int META_MAGIC = Page.HEADER;
    /** The first version whose meta page has what VACUUM has found. */
    private static final int NOVAC_VERSION = 3;
    private static final PageFlags FLAGS = new PageFlags().with(BtreePage.LEAF, "leaf").with(BtreePage.ROOT, "root")
            .with(BtreePage.DELETED, "deleted").with(BtreePage.META, "meta").with(BtreePage.HALF_DEAD, "half_dead")
            .with(0x0020, "split_end").with(BtreePage.HAS_GARBAGE, "has_garbage")
            .with(BtreePage.INCOMPLETE_SPLIT, "incomplete_split").with(BtreePage.HAS_FULL_XID, "has_fullxid");

    private final Page page;
    private final int flags;

    private BtreeContents(Page page) {
        this.page = page;
        this.flags = new BtreePage(page).flags();
    }

    /** @throws PageFormatException if it is damaged, or no page of a btree */
    public static PageContents of(Page page) {
        BtreeContents contents = new BtreeContents(page);
        if (contents.has(BtreePage.META)) {
            return PageContents.ofMeta(contents.links(), contents.meta());
        }
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= contents.itemCount(); offset++) {
            items.add(contents.item(offset));
        }
        return PageContents.of(contents.special(), items);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** A deleted page has a transaction where its items were. */
    private int itemCount() {
        return has(BtreePage.DELETED) ? 0 : page.itemCount();
    }

    private PageFields special() {
        int bytes = 0;
        int dead = 0;
        for (int offset = 1; offset <= itemCount(); offset++) {
            IndexItem item = IndexItem.of(page, offset);
            bytes += item.size();
            dead += item.isDead() ? 1 : 0;
        }
        PageFields fields = new PageFields().put("type", type()).put("live_items", itemCount() - dead)
                .put("dead_items", dead).put("avg_item_size", itemCount() == 0 ? 0 : bytes / itemCount())
                .put("page_size", page.sizeField()).put("free_size", page.freeSpace())
                .putAll(links());
        return has(BtreePage.DELETED) && has(BtreePage.HAS_FULL_XID)
                ? fields.put("safexid", Long.toUnsignedString(page.i64(Page.HEADER))) : fields;
    }

    private PageFields links() {
        BtreePage tree = new BtreePage(page);
        return new PageFields().put("btpo_prev", Integer.toUnsignedLong(tree.left()))
                .put("btpo_next", Integer.toUnsignedLong(tree.right()))
                .put("btpo_level", Integer.toUnsignedLong(tree.level())).put("btpo_flags", flags)
                .put("btpo_cycleid", tree.cycleId()).putList("flags", FLAGS.of(flags));
    }

    private String type() {
        if (has(BtreePage.DELETED)) {
            return has(BtreePage.LEAF) || !has(BtreePage.HAS_FULL_XID) ? "d" : "D";
        }
        return has(BtreePage.HALF_DEAD) ? "e" : has(BtreePage.LEAF) ? "l" : has(BtreePage.ROOT) ? "r" : "i";
    }

    private PageFields meta() {
        int at = META_MAGIC;
        int version = page.i32(at + 4);
        PageFields fields = new PageFields().put("magic", page.i32(at)).put("version", version)
                .put("root", page.u32(at + 8)).put("level", page.u32(at + 12)).put("fastroot", page.u32(at + 16))
                .put("fastlevel", page.u32(at + 20));
        boolean isFound = version >= NOVAC_VERSION;
        return fields.put("last_cleanup_num_delpages", isFound ? page.u32(at + 24) : 0)
                .put("last_cleanup_num_tuples", isFound ? Double.longBitsToDouble(page.i64(at + 32)) : -1)
                .put("allequalimage", isFound && page.u8(at + 40) != 0);
    }

    private PageFields item(int offset) {
        IndexItem item = IndexItem.of(page, offset);
        boolean isAlternative = (item.info() & LeafTuple.IS_OTHER) != 0;
        int status = item.pointer().offset();
        boolean isPosting = isAlternative && (status & LeafTuple.IS_POSTING) != 0;
        boolean isPivot = isAlternative && !isPosting;
        boolean hasRow = isPivot && (status & LeafTuple.PIVOT_HAS_ROW) != 0;
        int rowsAt = item.at() + (isPosting ? item.pointer().block() : 0);
        PageFields fields = item.fields().putSpaced("data", item.data(isPosting ? item.pointer().block()
                : hasRow ? item.size() - Page.aligned(ItemPointer.BYTES) : item.size()));
        boolean isPivotPlace = !has(BtreePage.LEAF) || offset < new BtreePage(page).firstDataOffset();
        if (isPivotPlace) {
            // What version 2 and 3 wrote has no mark of pivots; the place tells.
            fields.putMissing("dead");
        } else {
            fields.put("dead", item.isDead());
        }
        if (isPivotPlace && !isPivot || isPivot && !hasRow) {
            fields.putMissing("htid");
        } else {
            int at = hasRow ? item.at() + item.size() - ItemPointer.BYTES : rowsAt;
            fields.put("htid", ItemPointer.at(page, at).tid());
        }
        if (!isPosting) {
            return fields.putMissing("tids");
        }
        int count = status & LeafTuple.COUNT;
        if (rowsAt + count * ItemPointer.BYTES > item.at() + item.size()) {
            throw new PageFormatException("item " + offset + " is a posting list that is longer than it may be");
        }
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(ItemPointer.at(page, rowsAt + i * ItemPointer.BYTES).tid());
        }
        return fields.putList("tids", rows);
    }
}
