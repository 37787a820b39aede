package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.page.PageChecksum;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.PageScan;
import dev.neon.state.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the files of a section from their beginning to their end, in large pieces. */
final class DataDirectoryScan implements PageScan {
    private static final int PAGES = 64;

    private final DataDirectoryPages pages;
    private final ForkKey fork;
    private final int inFile;
    private final PageChecksum checksum = new PageChecksum();
    private final byte[] buffer = new byte[PAGES * Page.SIZE];
    /** What is left to be read of the section. */
    private final List<BlockRange> left;
    /** The blocks that the buffer holds. */
    private long first;
    private long end;
    private long block;

    DataDirectoryScan(DataDirectoryPages pages, Section section, int begin) {
        this.pages = pages;
        this.fork = section.fork();
        this.inFile = ForkPath.blocksInFile(fork);
        this.left = new ArrayList<>();
        long base = Integer.toUnsignedLong(section.firstBlock());
        for (BlockRange range : pages.metadata().ranges(fork)) {
            long from = Math.max(Integer.toUnsignedLong(begin), Integer.toUnsignedLong(range.from()));
            long to = Math.min(base + Section.BLOCKS, Integer.toUnsignedLong(range.to()));
            if (from < to) {
                left.add(new BlockRange((int) from, (int) to));
            }
        }
        left.sort((one, other) -> Integer.compareUnsigned(one.from(), other.from()));
        this.block = -1;
    }

    @Override
    public boolean next() {
        block++;
        while (true) {
            for (; block < end; block++) {
                if (!isZero((int) (block - first) * Page.SIZE)) {
                    return true;
                }
            }
            if (left.isEmpty()) {
                return false;
            }
            fill();
        }
    }

    private boolean isZero(int at) {
        for (int i = at; i < at + Page.SIZE; i++) {
            if (buffer[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void fill() {
        BlockRange range = left.getFirst();
        first = Integer.toUnsignedLong(range.from());
        block = first;
        end = Math.min(Math.min(first + PAGES, Integer.toUnsignedLong(range.to())), first - first % inFile + inFile);
        if (end == Integer.toUnsignedLong(range.to())) {
            left.removeFirst();
        } else {
            left.set(0, new BlockRange((int) end, range.to()));
        }
        Path file = pages.file(fork, (int) first);
        try (FileChannel channel = FileChannel.open(file)) {
            DataDirectoryPages.readFully(channel, first % inFile * Page.SIZE,
                    ByteBuffer.wrap(buffer, 0, (int) (end - first) * Page.SIZE), file);
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    @Override
    public int block() {
        return (int) block;
    }

    @Override
    public void read(byte[] page) {
        System.arraycopy(buffer, (int) (block - first) * Page.SIZE, page, 0, Page.SIZE);
        pages.check(fork, block(), page, checksum);
    }

    @Override
    public void close() {}
}
