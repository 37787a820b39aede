package dev.neon.slice;

import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;
import java.util.BitSet;
import java.util.List;

/**
 * Goes through the blocks of a section that a range of WAL changes and that are still there at its end, ascending
 * (unsigned): those that records change, and those that come or go with others. Stands before the first to begin with.
 */
final class ChangedBlocks {
    private static final long ALL = 1L << 32;

    private final Section section;
    private final ClusterMetadata after;
    private final References places;
    /** In the section; from events of the fork as a whole. */
    private final BitSet touched = new BitSet();
    private int index;
    private int firstPlace;
    private int endPlace;

    /** @param before the metadata at the index's beginning */
    ChangedBlocks(BlockIndex index, ClusterMetadata before, Section section) {
        this(index, before, section, section.firstBlock());
    }

    /** @param from the first block of interest */
    ChangedBlocks(BlockIndex index, ClusterMetadata before, Section section, int from) {
        this.section = section;
        this.after = index.metadata();
        this.places = index.references(section).orElseGet(() -> new References(section, index.from().value()).sort());
        this.index = from - section.firstBlock() - 1;
        this.endPlace = places.firstOf(from);
        List<ForkEvent> events = index.events(section.fork());
        // What an older snapshot has of blocks that came back without a record is of another time.
        long known = section.fork().relation().tablespace() == 0 ? ALL
                : Integer.toUnsignedLong(before.blocks(section.fork()));
        for (ForkEvent event : events) {
            if (event instanceof ForkEvent.Copied copied) {
                known = Math.max(known, Integer.toUnsignedLong(copied.blocks()));
            }
        }
        for (ForkEvent event : events) {
            switch (event) {
                case ForkEvent.Copied copied -> touch(0, Integer.toUnsignedLong(copied.blocks()));
                case ForkEvent.Truncated truncated -> touch(Integer.toUnsignedLong(truncated.blocks()), known);
                case ForkEvent.Removed removed -> touch(Integer.toUnsignedLong(removed.gone().from()),
                        Integer.toUnsignedLong(removed.gone().to()));
            }
        }
    }

    private void touch(long from, long to) {
        long base = Integer.toUnsignedLong(section.firstBlock());
        long first = Math.max(from - base, 0);
        long end = Math.min(to - base, Section.BLOCKS);
        if (first < end) {
            touched.set((int) first, (int) end);
        }
    }

    /** Goes to the next block; false at the end. */
    boolean next() {
        while (true) {
            int byEvent = touched.nextSetBit(index + 1);
            firstPlace = endPlace;
            int byPlace = firstPlace < places.count() ? places.block(firstPlace) - section.firstBlock() : -1;
            if (byEvent < 0 && byPlace < 0) {
                return false;
            }
            index = byPlace < 0 || byEvent >= 0 && byEvent < byPlace ? byEvent : byPlace;
            if (index == byPlace) {
                endPlace = places.endOf(block(), firstPlace);
            }
            if (SnapshotPages.has(after, section.fork(), block())) {
                return true;
            }
        }
    }

    Section section() {
        return section;
    }

    /** The current block in the fork, unsigned. */
    int block() {
        return section.firstBlock() + index;
    }

    /** The places of the section, sorted. */
    References places() {
        return places;
    }

    /** The first of the current block. */
    int firstPlace() {
        return firstPlace;
    }

    /** The one after the last of the current block. */
    int endPlace() {
        return endPlace;
    }
}
