package dev.neon.compute.redo;

import dev.neon.page.Page;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pages of one fork: those that were changed, over those of a file that nobody writes any more. */
final class ForkPages {
    /** {@code RELSEG_SIZE}. */
    private static final int BLOCKS_PER_FILE = 131_072;

    /** A page that records changed, and the last of these: {@code Heap INSERT}. */
    record Held(Page page, String last) {
        Held copy() {
            return new Held(Page.of(page.bytes().clone()), last);
        }
    }

    private final TreeMap<Integer, Held> held = new TreeMap<>(Integer::compareUnsigned);
    private final Optional<Path> file;
    /** How many blocks of the file still count. */
    private int fileBlocks;

    private ForkPages(Optional<Path> file, int fileBlocks) {
        this.file = file;
        this.fileBlocks = fileBlocks;
    }

    static ForkPages empty() {
        return new ForkPages(Optional.empty(), 0);
    }

    /** @param file the first one-gigabyte file of the fork, which need not be there */
    static ForkPages over(Path file) {
        int blocks = blocks(file);
        return blocks == 0 ? empty() : new ForkPages(Optional.of(file), blocks);
    }

    /** How many blocks a fork has on disk. */
    static int blocks(Path file) {
        int blocks = 0;
        for (int segment = 0; Files.exists(segment(file, segment)); segment++) {
            blocks += (int) (segment(file, segment).toFile().length() / Page.SIZE);
        }
        return blocks;
    }

    private static Path segment(Path file, int number) {
        return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
    }

    /** A page on disk, which must be there. */
    static Page read(Path file, int block) {
        byte[] bytes = new byte[Page.SIZE];
        Path segment = segment(file, Integer.divideUnsigned(block, BLOCKS_PER_FILE));
        try (RandomAccessFile open = new RandomAccessFile(segment.toFile(), "r")) {
            open.seek((long) Integer.remainderUnsigned(block, BLOCKS_PER_FILE) * Page.SIZE);
            open.readFully(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Page.of(bytes);
    }

    /** The same pages, which from now on change by themselves. */
    ForkPages copy() {
        ForkPages copy = new ForkPages(file, fileBlocks);
        held.forEach((block, page) -> copy.held.put(block, page.copy()));
        return copy;
    }

    /**
     * The page to be changed in place; zeros if there is none.
     *
     * @param type of the record that is going to change it
     */
    Page change(int block, String type) {
        Held before = held.get(block);
        Page page = before != null ? before.page()
                : Integer.compareUnsigned(block, fileBlocks) < 0 ? read(file.orElseThrow(), block) : Page.zero();
        held.put(block, new Held(page, type));
        return page;
    }

    void truncate(int blocks) {
        held.tailMap(blocks, true).clear();
        if (Integer.compareUnsigned(blocks, fileBlocks) < 0) {
            fileBlocks = blocks;
        }
    }

    /** Those that were changed, by their block. */
    Map<Integer, Held> held() {
        return held;
    }
}
