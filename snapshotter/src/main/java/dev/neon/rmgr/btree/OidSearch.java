package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.rmgr.IndexItem;
import dev.neon.rmgr.ItemPointer;
import java.util.BitSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Finds rows in a btree whose first column is an oid that is never null, such as that of a toast table; and notes each page
 * that a server may look at that searches for the same.
 */
public final class OidSearch {
    private static final int META_ROOT = Page.HEADER + 8;
    private static final int META_FAST_ROOT = Page.HEADER + 16;
    private static final int KEY = 8;
    /** Deeper than any tree; damaged pages might name a circle. */
    private static final int MOST_LEVELS = 32;

    private final IntFunction<Page> pages;
    private final BitSet visited = new BitSet();
    private final BitSet rows = new BitSet();

    /** @param pages gives the pages of the index */
    public OidSearch(IntFunction<Page> pages) {
        this.pages = pages;
    }

    /**
     * Searches for several.
     *
     * @param oids unsigned, as {@code long}
     * @throws dev.neon.page.PageFormatException if a page is damaged
     */
    public void find(SortedSet<Long> oids) {
        visited.set(0);
        Page meta = pages.apply(0);
        int root = meta.i32(META_ROOT);
        int fastRoot = meta.i32(META_FAST_ROOT);
        if (root != 0 && !oids.isEmpty()) {
            descend(root, oids, 0);
            if (fastRoot != root) {
                descend(fastRoot, oids, 0);
            }
        }
    }

    /** The pages of the index that a search needs. */
    public BitSet visited() {
        return visited;
    }

    /** The blocks of the table that have the rows. */
    public BitSet rows() {
        return rows;
    }

    private void descend(int block, SortedSet<Long> oids, int depth) {
        visited.set(block);
        Page page = pages.apply(block);
        BtreePage tree = new BtreePage(page);
        if (depth > MOST_LEVELS || (tree.flags() & BtreePage.DELETED) != 0) {
            return;
        }
        boolean isLeaf = (tree.flags() & BtreePage.LEAF) != 0;
        int count = page.itemCount();
        if (isLeaf) {
            for (int offset = tree.firstDataOffset(); offset <= count; offset++) {
                take(page, offset, oids);
            }
        } else {
            for (int offset = tree.firstDataOffset(); offset <= count; offset++) {
                IndexItem item = IndexItem.of(page, offset);
                long from = offset == tree.firstDataOffset() ? 0 : key(item);
                // One that equals a bound may be on either side of it: the second column decides.
                SortedSet<Long> below = offset == count ? oids.tailSet(from)
                        : oids.subSet(from, Math.max(from, key(IndexItem.of(page, offset + 1))) + 1);
                if (!below.isEmpty()) {
                    descend(item.pointer().block(), new TreeSet<>(below), depth + 1);
                }
            }
        }
        if (tree.right() != 0 && isLeaf) {
            // A server that has read all of a leaf may look at the next.
            visited.set(tree.right());
        }
        if ((tree.flags() & BtreePage.INCOMPLETE_SPLIT) != 0) {
            // Nothing above leads there yet.
            descend(tree.right(), oids, depth + 1);
        }
    }

    private void take(Page page, int offset, SortedSet<Long> oids) {
        IndexItem item = IndexItem.of(page, offset);
        if (!oids.contains(key(item))) {
            return;
        }
        int status = item.pointer().offset();
        if ((item.info() & LeafTuple.IS_OTHER) == 0) {
            rows.set(item.pointer().block());
        } else if ((status & LeafTuple.IS_POSTING) != 0) {
            for (int i = 0; i < (status & LeafTuple.COUNT); i++) {
                rows.set(ItemPointer.at(page, item.at() + item.pointer().block() + i * ItemPointer.BYTES).block());
            }
        }
    }

    /** A pivot without columns is below all. */
    private static long key(IndexItem item) {
        boolean hasColumns = (item.info() & LeafTuple.IS_OTHER) == 0 || (item.pointer().offset() & LeafTuple.COUNT) > 0;
        return hasColumns && item.size() >= KEY + Integer.BYTES ? item.page().u32(item.at() + KEY) : 0;
    }

}
