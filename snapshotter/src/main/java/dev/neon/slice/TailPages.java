package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.SharedSegments;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The pages at a point after a snapshot: those of the snapshot, and what WAL has made of them. To be closed. */
public final class TailPages implements PageSource, AutoCloseable {
    private final PageSource before;
    private final BlockIndex index;
    private final SharedSegments wal;
    private final Deque<BlockReplay> idle = new ConcurrentLinkedDeque<>();

    /**
     * @param before the pages where the index begins
     * @param index  of the WAL after it up to the point
     */
    public TailPages(PageSource before, BlockIndex index) {
        this.before = before;
        this.index = index;
        this.wal = SharedSegments.of(index.source());
    }

    /** The pages where the WAL begins. */
    public PageSource before() {
        return before;
    }

    @Override
    public ClusterMetadata metadata() {
        return index.metadata();
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        if (!SnapshotPages.has(index.metadata(), fork, block)) {
            Arrays.fill(page, (byte) 0);
            return false;
        }
        if (isChanged(fork, block)) {
            replay(before, fork, block, page);
        } else {
            before.read(fork, block, page);
        }
        return true;
    }

    private boolean isChanged(ForkKey fork, int block) {
        return !index.events(fork).isEmpty()
                || index.references(Section.of(fork, block)).filter(places -> places.has(block)).isPresent();
    }

    /** Tells the versions of a page that the WAL makes, oldest first. */
    public void tellVersions(ForkKey fork, int block, PageHistory history) {
        ChangedBlocks changed = new ChangedBlocks(index, before.metadata(), Section.of(fork, block));
        while (changed.next()) {
            if (changed.block() == block) {
                try (BlockReplay replay = new BlockReplay(index, wal)) {
                    replay.all(before, changed, history);
                }
                return;
            }
        }
    }

    void replay(PageSource base, ForkKey fork, int block, byte[] page) {
        BlockReplay found = idle.poll();
        BlockReplay replay = found == null ? new BlockReplay(index, wal) : found;
        replay.last(base, fork, block, Page.of(page));
        idle.push(replay);
    }

    @Override
    public PageScan scan(Section section, int from) {
        return scan(section, from, before.scan(section, from));
    }

    private PageScan scan(Section section, int from, PageScan scanned) {
        return new TailScan(this, before, new ChangedBlocks(index, before.metadata(), section, from), scanned);
    }

    /** Known if it is known of the pages before. */
    @Override
    public Optional<PagesSince> since(Lsn lsn) {
        if (!index.from().isAfter(lsn)) {
            return Optional.of(new Since(PagesSince.NOTHING));
        }
        return before.since(lsn).map(Since::new);
    }

    /** What changed before the WAL, and what it changes, all of it. */
    private final class Since implements PagesSince {
        private final PagesSince earlier;

        Since(PagesSince earlier) {
            this.earlier = earlier;
        }

        @Override
        public PageScan scan(Section section, int from, EarlierPages atHand) {
            return TailPages.this.scan(section, from, earlier.scan(section, from, atHand));
        }

        @Override
        public int kept(ForkKey fork) {
            int blocks = metadata().blocks(fork);
            int kept = earlier.kept(fork);
            return Integer.compareUnsigned(blocks, kept) < 0 ? blocks : kept;
        }
    }

    @Override
    public void close() {
        idle.forEach(BlockReplay::close);
        wal.close();
    }
}
