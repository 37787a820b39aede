package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.page.PageChecksum;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.slice.PageSource;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.Consumer;

/** Writes forks into a data directory that have some of their pages only. Used by one thread. */
public final class ChosenPages {
    private final PageSource pages;
    private final Path dataDirectory;
    private final PageFile file;
    private final PageChecksum checksum = new PageChecksum();
    private final Page page = Page.zero();

    /** @param dataDirectory has the directories that forks are in */
    public ChosenPages(FileSteps steps, PageSource pages, Path dataDirectory) {
        this.pages = pages;
        this.dataDirectory = dataDirectory;
        this.file = new PageFile(steps);
    }

    /**
     * Writes the blocks one after the other, so that each has another number; those that the fork has not are left out.
     *
     * @param seen is shown each page that is written, before it gets its checksum
     */
    public void packed(ForkKey fork, BitSet blocks, Consumer<Page> seen) {
        int inFile = ForkPath.blocksInFile(fork);
        int written = 0;
        begin(fork, 0);
        for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
            if (pages.read(fork, block, page.bytes()) && !page.isNew()) {
                if (written > 0 && written % inFile == 0) {
                    file.end(inFile);
                    begin(fork, written);
                }
                seen.accept(page);
                put(written % inFile, written);
                written++;
            }
        }
        file.end(written == 0 ? 0 : (written - 1) % inFile + 1);
    }

    /** Writes the blocks at their places; what is between is zeros. */
    public void sparse(ForkKey fork, BitSet blocks) {
        int inFile = ForkPath.blocksInFile(fork);
        int total = pages.metadata().blocks(fork);
        int first = 0;
        do {
            begin(fork, first);
            int end = Math.min(total, first + inFile);
            for (int block = blocks.nextSetBit(first); block >= 0 && block < end; block = blocks.nextSetBit(block + 1)) {
                if (pages.read(fork, block, page.bytes())) {
                    put(block - first, block);
                }
            }
            file.end(end - first);
            first = end;
        } while (first < total);
    }

    private void begin(ForkKey fork, int block) {
        file.begin(dataDirectory.resolve(ForkPath.of(pages.metadata().major(), fork, block)));
    }

    private void put(int inFile, int block) {
        if (pages.metadata().identity().checksums() && !page.isNew()) {
            page.setChecksum(checksum.of(page.bytes(), 0, block));
        }
        file.put(inFile, page.bytes());
    }
}
