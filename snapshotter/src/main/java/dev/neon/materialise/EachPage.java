package dev.neon.materialise;

import dev.neon.repo.layer.Section;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.state.BlockRange;
import java.util.ArrayList;
import java.util.List;

/** Reads each page of a section by itself: for small forks. */
final class EachPage implements PageScan {
    private final PageSource pages;
    private final Section section;
    private final List<BlockRange> ranges;
    private int range;
    /** The current block; before the first, the one before it. */
    private long block;

    EachPage(PageSource pages, Section section, int from) {
        this.pages = pages;
        this.section = section;
        this.ranges = new ArrayList<>(pages.metadata().ranges(section.fork()));
        ranges.sort((one, other) -> Integer.compareUnsigned(one.from(), other.from()));
        this.block = Integer.toUnsignedLong(from) - 1;
    }

    @Override
    public boolean next() {
        block++;
        for (; range < ranges.size(); range++) {
            block = Math.max(block, Integer.toUnsignedLong(ranges.get(range).from()));
            if (block < Integer.toUnsignedLong(ranges.get(range).to())) {
                return block < Integer.toUnsignedLong(section.firstBlock()) + Section.BLOCKS;
            }
        }
        return false;
    }

    @Override
    public int block() {
        return (int) block;
    }

    @Override
    public void read(byte[] page) {
        pages.read(section.fork(), block(), page);
    }

    @Override
    public void close() {}
}
