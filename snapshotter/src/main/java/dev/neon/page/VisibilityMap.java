package dev.neon.page;

import java.util.ArrayList;
import java.util.List;

/**
 * Pages of visibility maps ({@code REL_17 visibilitymap.c}): behind the header two bits for each block of the heap,
 * that all its tuples are visible to everyone, and that all are frozen. Blocks are unsigned, bits those of
 * {@code visibilitymapdefs.h}: 1 all-visible, 2 all-frozen.
 */
public final class VisibilityMap {
    private static final int BITS_PER_BLOCK = 2;
    private static final int BITS = (1 << BITS_PER_BLOCK) - 1;
    private static final int BLOCKS_PER_BYTE = Byte.SIZE / BITS_PER_BLOCK;
    /** {@code HEAPBLOCKS_PER_PAGE}: blocks of the heap that a page of the map tells of. */
    public static final int BLOCKS_PER_PAGE = (Page.SIZE - Page.HEADER) * BLOCKS_PER_BYTE;

    private VisibilityMap() {}

    /** The map's block that tells of a block of the heap. */
    public static int mapBlock(int heapBlock) {
        return Integer.divideUnsigned(heapBlock, BLOCKS_PER_PAGE);
    }

    /**
     * {@code visibilitymap_set}, on a page that may be new.
     *
     * @return whether these bits, and only these, were set before
     */
    public static boolean set(Page map, int heapBlock, int bits) {
        if (map.isNew()) {
            map.init(0);
        }
        int at = at(heapBlock);
        int before = map.u8(at);
        map.put8(at, before | bits << shift(heapBlock));
        return (before >> shift(heapBlock) & BITS) == bits;
    }

    /**
     * {@code visibilitymap_clear}.
     *
     * @return whether one of the bits was set
     */
    public static boolean clear(Page map, int heapBlock, int bits) {
        int at = at(heapBlock);
        int mask = bits << shift(heapBlock);
        int before = map.u8(at);
        map.put8(at, before & ~mask);
        return (before & mask) != 0;
    }

    /** {@code visibilitymap_prepare_truncate}: clears the bits of a block of the heap and of those after it. */
    public static void clearFrom(Page map, int heapBlock) {
        int at = at(heapBlock);
        map.put8(at, map.u8(at) & (1 << shift(heapBlock)) - 1);
        map.fill(at + 1, Page.SIZE, 0);
    }

    /** Whether a page of the map tells of this block first: a heap that is cut there cuts no page of the map. */
    public static boolean beginsPage(int heapBlock) {
        return Integer.remainderUnsigned(heapBlock, BLOCKS_PER_PAGE) == 0;
    }

    /**
     * Blocks of the heap that follow each other and have the same bits.
     *
     * @param from the first, counted from the first block that the page tells of
     * @param to   the last
     * @param bits 1 to 3
     */
    public record Run(int from, int to, int bits) {}

    /** The runs of blocks that have a bit set, ascending. */
    public static List<Run> runs(Page map) {
        List<Run> runs = new ArrayList<>();
        int from = 0;
        int before = 0;
        for (int block = 0; block <= BLOCKS_PER_PAGE; block++) {
            int bits = block == BLOCKS_PER_PAGE ? 0 : map.u8(at(block)) >> shift(block) & BITS;
            if (bits != before) {
                if (before != 0) {
                    runs.add(new Run(from, block - 1, before));
                }
                from = block;
                before = bits;
            }
        }
        return runs;
    }

    private static int at(int heapBlock) {
        return Page.HEADER + Integer.remainderUnsigned(heapBlock, BLOCKS_PER_PAGE) / BLOCKS_PER_BYTE;
    }

    private static int shift(int heapBlock) {
        return Integer.remainderUnsigned(heapBlock, BLOCKS_PER_BYTE) * BITS_PER_BLOCK;
    }
}
