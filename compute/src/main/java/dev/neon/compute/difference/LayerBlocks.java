package dev.neon.compute.difference;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.EarlierPages;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.PagesSince;
import dev.neon.state.BlockRange;
import dev.neon.state.Slru;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/** Tells which blocks changed since an earlier point where the WAL is gone: those that a snapshot since has a version of. */
final class LayerBlocks {
    /** Of two bits in {@code pg_xact}. */
    private static final int COMMITTED = 1;

    private final PageSource pages;
    private final PageSource before;

    /** @param before the pages at the earlier point, of the same history */
    LayerBlocks(PageSource pages, PageSource before) {
        this.pages = pages;
        this.before = before;
    }

    /**
     * Adds the blocks to those of each file.
     *
     * @return whether they are all known; else nothing may be made of them
     */
    boolean add(Map<RelFileLocator, BitSet> chosen) {
        Optional<PagesSince> since = pages.since(before.metadata().lsn());
        if (since.isEmpty() || hasLateCommits()) {
            return false;
        }
        chosen.forEach((file, blocks) -> {
            synchronized (blocks) {
                add(new ForkKey(file, ForkNumber.MAIN.ordinal()), since.get(), blocks);
            }
        });
        return true;
    }

    private void add(ForkKey fork, PagesSince since, BitSet blocks) {
        int count = pages.metadata().blocks(fork);
        int kept = since.kept(fork);
        if (Integer.compareUnsigned(kept, count) < 0) {
            blocks.set(kept, count);
        }
        Page page = Page.zero();
        for (int first = 0; first < count; first += Section.BLOCKS) {
            try (PageScan scan = since.scan(Section.of(fork, first), first, EarlierPages.NONE)) {
                while (scan.next()) {
                    // A delta may begin before the point: what has changed since has a later LSN.
                    scan.read(page.bytes());
                    if (Long.compareUnsigned(page.lsn(), before.metadata().lsn().value()) > 0) {
                        blocks.set(scan.block());
                    }
                }
            }
        }
    }

    /** Whether a transaction committed since that had begun before: what it wrote before has not changed since. */
    private boolean hasLateCommits() {
        int nextXid = (int) before.metadata().counters().nextXid();
        byte[] then = new byte[Page.SIZE];
        byte[] now = new byte[Page.SIZE];
        for (BlockRange range : before.metadata().ranges(Slru.XACT.fork())) {
            for (int block = range.from(); block != range.to(); block++) {
                before.read(Slru.XACT.fork(), block, then);
                if (!pages.read(Slru.XACT.fork(), block, now)) {
                    // It was cut off since; what became of them is not known.
                    return true;
                }
                for (int i = 0; i < Page.SIZE * 4; i++) {
                    int bits = 2 * (i & 3);
                    boolean isOlder = block * 4 * Page.SIZE + i - nextXid < 0;
                    if ((now[i / 4] >> bits & 3) == COMMITTED && (then[i / 4] >> bits & 3) != COMMITTED && isOlder) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
