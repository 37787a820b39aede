package dev.neon.snapshot;

import dev.neon.materialise.DataDirectoryPages;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.Section;
import dev.neon.slice.BlockIndex;
import dev.neon.slice.IndexWalk;
import dev.neon.slice.PageChange;
import dev.neon.slice.PageHistory;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.PagesSince;
import dev.neon.slice.SnapshotPages;
import dev.neon.slice.TailPages;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.WalSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pages of a timeline at one point: those of the newest snapshot before it, and the WAL after that. To be closed. */
public final class PointPages implements PageSource, AutoCloseable {
    /** What frames of layers may take in memory. */
    static final long CACHE_BYTES = 32 << 20;

    private final LayerCache cache = new LayerCache(CACHE_BYTES);
    private final List<TailPages> tails = new ArrayList<>();
    private final Snapshot base;
    private PageSource pages;

    private PointPages(SnapshotStore snapshots, Snapshot snapshot) {
        base = snapshot;
        pages = switch (snapshot.form()) {
            case IMAGE, DELTA -> SnapshotPages.open(snapshot.directory(), snapshots::directory, cache, snapshots.promised().layers());
            case COPY -> DataDirectoryPages.open(snapshot.directory(), snapshot.lsn());
            case LIVE_COPY -> throw new UnsupportedException("the snapshot at " + snapshot.lsn() + " was copied from a"
                    + " running server", "Only a server can bring its files into one state. Stop it and take a snapshot.");
        };
    }

    /** The pages of a snapshot. */
    public static PointPages of(SnapshotStore snapshots, Snapshot snapshot) {
        return new PointPages(snapshots, snapshot);
    }

    /**
     * The pages at a point.
     *
     * @param base at or below it, on the timeline or an ancestor
     * @throws dev.neon.repo.error.CorruptFileException    if a snapshot or the WAL after it is damaged
     * @throws dev.neon.repo.error.NotFoundException       if the WAL does not reach the point
     * @throws dev.neon.repo.error.UnsupportedWalException if a record is of a form that is not known
     * @throws UnsupportedException                        if the base is a copy of a running server
     */
    public static PointPages at(SnapshotStore snapshots, Snapshot base, WalSource wal, Lsn point) {
        PointPages pages = new PointPages(snapshots, base);
        try {
            snapshots.promised().bring(wal.missing(base.lsn(), point));
            pages.advance(wal, point);
            return pages;
        } catch (RuntimeException failure) {
            pages.close();
            throw failure;
        }
    }

    /**
     * The pages of a timeline at a point, from the newest snapshot that has pages.
     *
     * @throws dev.neon.repo.error.NotFoundException if no snapshot is at or below the point; else as the other
     */
    public static PointPages at(SnapshotStore snapshots, RepositoryWal wal, TimelineId timeline, Lsn point) {
        Snapshot base = snapshots.newestWithPages(timeline, point)
                .orElseGet(() -> snapshots.requireFor(timeline, point));
        try {
            return at(snapshots, base, wal.source(timeline), point);
        } catch (CorruptFileException damage) {
            return atFromOlder(snapshots, wal, timeline, point, base, damage);
        }
    }

    /** Where a snapshot cannot be opened, an older one and the WAL after it lead to the same point. */
    private static PointPages atFromOlder(SnapshotStore snapshots, RepositoryWal wal, TimelineId timeline, Lsn point,
            Snapshot damaged, CorruptFileException damage) {
        Optional<Snapshot> older = snapshots.isPart(damage.path())
                ? snapshots.newestWithPages(timeline, damaged.lsn().plus(-1)) : Optional.empty();
        if (older.isEmpty()) {
            throw damage;
        }
        try {
            PointPages pages = at(snapshots, older.get(), wal.source(timeline), point);
            snapshots.warnOfUse(older.get(), damage);
            return pages;
        } catch (CorruptFileException worse) {
            return atFromOlder(snapshots, wal, timeline, point, older.get(), damage);
        }
    }

    private void advance(WalSource wal, Lsn point) {
        while (pages.metadata().lsn().isBefore(point)) {
            TailPages tail = new TailPages(pages,
                    IndexWalk.walk(wal, pages.metadata(), point, BlockIndex.MOST_PLACES));
            tails.add(tail);
            pages = tail;
        }
    }

    /**
     * The versions of a page that lead to this point, oldest first, as far as they are known: since the image below it. What
     * a delta has left out is not among them.
     */
    public List<PageChange> history(ForkKey fork, int block) {
        PageHistory history = new PageHistory();
        PageSource first = tails.isEmpty() ? pages : tails.getFirst().before();
        if (first instanceof SnapshotPages layers) {
            layers.tellVersions(fork, block, history);
        } else {
            history.addOnly(first, fork, block);
        }
        tails.forEach(tail -> tail.tellVersions(fork, block, history));
        return history.changes();
    }

    /** The snapshot that the pages come from. */
    Snapshot base() {
        return base;
    }

    @Override
    public ClusterMetadata metadata() {
        return pages.metadata();
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        return pages.read(fork, block, page);
    }

    @Override
    public PageScan scan(Section section, int from) {
        return pages.scan(section, from);
    }

    @Override
    public Optional<PagesSince> since(Lsn lsn) {
        return pages.since(lsn);
    }

    @Override
    public void close() {
        tails.forEach(TailPages::close);
        cache.close();
    }
}
