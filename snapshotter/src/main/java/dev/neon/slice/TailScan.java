package dev.neon.slice;

import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;

/** Goes through a section as it was, and through what WAL has changed in it. */
final class TailScan implements PageScan {
    private final TailPages pages;
    private final PageSource before;
    private final PageScan scan;
    private final ChangedBlocks changed;
    private final ForkKey fork;
    private boolean isScanned;
    private boolean isChanged;
    /** Where the two stand; the smaller is the current block. */
    private boolean scanOnCurrent = true;
    private boolean changedOnCurrent = true;
    private int block;

    TailScan(TailPages pages, PageSource before, ChangedBlocks changed, PageScan scan) {
        this.pages = pages;
        this.before = before;
        this.scan = scan;
        this.changed = changed;
        this.fork = changed.section().fork();
    }

    @Override
    public boolean next() {
        do {
            if (scanOnCurrent) {
                isScanned = scan.next();
            }
            if (changedOnCurrent) {
                isChanged = changed.next();
            }
            if (!isScanned && !isChanged) {
                return false;
            }
            scanOnCurrent = isScanned && (!isChanged || Integer.compareUnsigned(scan.block(), changed.block()) <= 0);
            changedOnCurrent = isChanged && (!isScanned || Integer.compareUnsigned(changed.block(), scan.block()) <= 0);
            block = scanOnCurrent ? scan.block() : changed.block();
            // What is gone by now was there before all the same.
        } while (!SnapshotPages.has(pages.metadata(), fork, block));
        return true;
    }

    @Override
    public int block() {
        return block;
    }

    @Override
    public void read(byte[] page) {
        if (changedOnCurrent) {
            pages.replay(new ScannedPage(), fork, block, page);
        } else {
            scan.read(page);
        }
    }

    @Override
    public void close() {
        scan.close();
    }

    /** The current page as it was, from the scan; all others as they were. */
    private final class ScannedPage implements PageSource {
        @Override
        public ClusterMetadata metadata() {
            return before.metadata();
        }

        @Override
        public boolean read(ForkKey of, int number, byte[] page) {
            if (scanOnCurrent && number == block && of.equals(fork)) {
                scan.read(page);
                return true;
            }
            return before.read(of, number, page);
        }

        @Override
        public PageScan scan(Section section, int from) {
            return before.scan(section, from);
        }
    }
}
