package dev.neon.slice;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.Section;
import java.util.Arrays;

/**
 * The places in a range of WAL where pages of one section change, each in one {@code long} of which no bit is the sign:
 * <pre>
 *  0   7 bits   what of the record: a block's id, or {@link #TOUCHED}
 *  7   1 bit    whether the page after it depends on the page before
 *  8  38 bits   the record's start, from the range's, in units of 8 bytes
 * 46  17 bits   the block in the section
 * </pre>
 * So sorting the numbers sorts the places by block and LSN. They are added in the order of the WAL, by one thread, and
 * read by any.
 */
public final class References {
    /** A page that the record changes without a reference to it. */
    static final int TOUCHED = 127;
    private static final int ID = 127;
    private static final int DEPENDS = 1 << 7;
    private static final int START_SHIFT = 8;
    private static final int START_BITS = 38;
    private static final int BLOCK_SHIFT = START_SHIFT + START_BITS;
    /** The longest range, in bytes of WAL. */
    static final long LONGEST_RANGE = 1L << START_BITS + 3;

    private final Section section;
    private final long rangeStart;
    private long[] places = new long[4];
    private int count;
    private volatile boolean sorted;

    References(Section section, long rangeStart) {
        this.section = section;
        this.rangeStart = rangeStart;
    }

    /**
     * @param block in the fork, unsigned
     * @param start of the record, which is not before that of any place added earlier
     * @return whether the place is new
     */
    boolean add(int block, long start, int id, boolean dependsOnBefore) {
        long place = (long) (block & Section.BLOCKS - 1) << BLOCK_SHIFT | start - rangeStart >>> 3 << START_SHIFT
                | (dependsOnBefore ? DEPENDS : 0) | id;
        if (count > 0 && places[count - 1] == place) {
            return false;
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, count + (count >> 1) + 4);
        }
        places[count++] = place;
        sorted = false;
        return true;
    }

    Section section() {
        return section;
    }

    /** Whether a block belongs to the section. */
    boolean isOf(int tablespace, int database, int relation, int fork, int block) {
        RelFileLocator locator = section.fork().relation();
        return locator.relation() == relation && section.segment() == block >>> 17 && section.fork().fork() == fork
                && locator.database() == database && locator.tablespace() == tablespace;
    }

    /** How many there are, over all blocks. */
    public int count() {
        return count;
    }

    /** Sorts what has been added, if need be. */
    References sort() {
        if (!sorted) {
            synchronized (this) {
                if (!sorted) {
                    Arrays.sort(places, 0, count);
                    sorted = true;
                }
            }
        }
        return this;
    }

    /** The first place of a block or of one after it, of the sorted places; {@link #count} if there is none. */
    int firstOf(int block) {
        long least = (long) (block & Section.BLOCKS - 1) << BLOCK_SHIFT;
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (places[middle] < least) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether there is a place of a block, of the sorted places. */
    boolean has(int block) {
        int first = firstOf(block);
        return first < count && block(first) == block;
    }

    /** The place after the last of a block, of which {@code from} is the first if it has any. */
    int endOf(int block, int from) {
        long of = block & Section.BLOCKS - 1;
        int end = from;
        while (end < count && places[end] >>> BLOCK_SHIFT == of) {
            end++;
        }
        return end;
    }

    /** In the fork, unsigned. */
    int block(int place) {
        return section.firstBlock() + (int) (places[place] >>> BLOCK_SHIFT);
    }

    /** The start of the record. */
    long start(int place) {
        return rangeStart + ((places[place] >>> START_SHIFT & (1L << START_BITS) - 1) << 3);
    }

    /** A block's id in the record, or {@link #TOUCHED}. */
    int id(int place) {
        return (int) places[place] & ID;
    }

    /** Whether the page after the record depends on the page before it. */
    boolean dependsOnBefore(int place) {
        return (places[place] & DEPENDS) != 0;
    }
}
