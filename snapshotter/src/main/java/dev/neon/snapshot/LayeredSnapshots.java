package dev.neon.snapshot;

import dev.neon.materialise.DataDirectoryPages;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.repo.repository.Repository;
import dev.neon.slice.BlockIndex;
import dev.neon.slice.ImageWriter;
import dev.neon.slice.IndexWalk;
import dev.neon.slice.PageSource;
import dev.neon.slice.ParallelWork;
import dev.neon.slice.Slicer;
import dev.neon.slice.SnapshotPages;
import dev.neon.slice.TailPages;
import java.nio.file.Path;
import java.util.Optional;

/** Makes snapshots of layers. */
public final class LayeredSnapshots {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;
    private final FileSteps steps;
    private final ParallelWork parallel = ParallelWork.onAllProcessors();

    public LayeredSnapshots(Repository repository, RepositoryWal wal, SnapshotStore snapshots) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
        this.steps = repository.context().steps();
    }

    /**
     * Makes an image of a cluster.
     *
     * @param dataDirectory of a cleanly stopped server; stays as it is
     * @param lsn           the end of its shutdown checkpoint
     */
    public Snapshot addImage(TimelineId timeline, Path dataDirectory, Lsn lsn) {
        return addImage(timeline, DataDirectoryPages.open(dataDirectory, lsn));
    }

    private Snapshot addImage(TimelineId timeline, PageSource pages) {
        ImageWriter writer =
                new ImageWriter(steps, LayerOptions.DEFAULT, parallel, repository.context().progress());
        return snapshots.addLayers(timeline, directory -> writer.write(pages, directory));
    }

    /** Whether a timeline has a snapshot that is of one state, so that others can be made from it and WAL. */
    public boolean hasPages(TimelineId timeline) {
        return snapshots.newestWithPages(timeline, wal.end(timeline)).isPresent();
    }

    /** What is asked of a new snapshot. */
    public enum Wish {
        /** A delta with all versions of pages, unless {@link SnapshotChain.Step} says otherwise. */
        HISTORY,
        /** The same, but of each page only the last version: smaller, and no points between in its layers. */
        LAST_VERSIONS,
        /** The last version of each page that has changed since the image, so that nothing lies between. */
        FOLD,
        /** An image, which lies on nothing. */
        IMAGE
    }

    /**
     * Makes a snapshot of a timeline's end from its WAL, whether a server runs on it or not: a delta of the newest
     * snapshot that there is, or several where one would take too much memory. Where a chain of deltas has become long it
     * is folded, and where that would not help, or on a copy of a stopped server, of format version 1, an image is made; a
     * copy of a running server is passed over.
     *
     * @return the last
     * @throws dev.neon.repo.error.AlreadyExistsException  if there is one at the end
     * @throws dev.neon.repo.error.UnsupportedWalException if WAL has records of a form that is not known
     * @throws dev.neon.repo.error.UnsupportedException    if all snapshots are copies of a running server
     */
    public Snapshot create(TimelineId timeline, Wish wish) {
        return createAt(timeline, wal.end(timeline), wish);
    }

    /**
     * As {@link #create}, at a point of a timeline above its fork: where a record ends.
     *
     * @throws dev.neon.repo.error.AlreadyExistsException if there is one at the point
     */
    public Snapshot createAt(TimelineId timeline, Lsn point, Wish wish) {
        wal.sync(timeline, point);
        Snapshot newest = snapshots.requireFor(timeline, point);
        if (newest.lsn().equals(point)) {
            throw SnapshotStore.exists(point);
        }
        newest = snapshots.newestWithPages(timeline, point).orElse(newest);
        // A delta reads a few layers of what it lies on, an image all.
        snapshots.promised().bring(wish == Wish.IMAGE ? snapshots.promised().ofPoint(newest, timeline, point)
                : wal.source(timeline).missing(newest.redo(), point));
        while (newest.lsn().isBefore(point)) {
            newest = advance(timeline, newest, point, wish);
        }
        return newest;
    }

    /** Where a snapshot is damaged, an older one and the WAL after it lead to the same point. */
    private Snapshot advance(TimelineId timeline, Snapshot base, Lsn end, Wish wish) {
        try {
            return next(timeline, base, end, wish);
        } catch (CorruptFileException damage) {
            Optional<Snapshot> older = snapshots.isPart(damage.path())
                    ? snapshots.newestWithPages(timeline, base.lsn().plus(-1)) : Optional.empty();
            if (older.isEmpty()) {
                throw damage;
            }
            try {
                Snapshot made = advance(timeline, older.get(), end, wish);
                snapshots.warnOfUse(older.get(), damage);
                return made;
            } catch (CorruptFileException | NotFoundException worse) {
                damage.addSuppressed(worse);
                throw damage;
            }
        }
    }

    private Snapshot next(TimelineId timeline, Snapshot base, Lsn end, Wish wish) {
        if (wish == Wish.IMAGE || !base.isLayered()) {
            return image(timeline, base, end);
        }
        Versions versions = wish == Wish.HISTORY ? Versions.ALL : Versions.LAST;
        SnapshotChain chain = SnapshotChain.of(snapshots, base);
        SnapshotChain.Step step = chain.next();
        if (wish == Wish.FOLD && step == SnapshotChain.Step.DELTA && chain.hasDeltas()) {
            step = SnapshotChain.Step.FOLD;
        }
        return switch (step) {
            case IMAGE -> image(timeline, base, end);
            case FOLD -> fold(timeline, chain, end, versions);
            case DELTA -> delta(timeline, base, end, versions);
        };
    }

    /** Where the WAL is too long for one index, a snapshot before the end comes first: memory stays bounded. */
    private Snapshot image(TimelineId timeline, Snapshot base, Lsn end) {
        try (PointPages pages = PointPages.of(snapshots, base)) {
            BlockIndex index = index(timeline, pages, end);
            if (base.isLayered() && index.to().isBefore(end)) {
                return delta(timeline, base, pages, index, Versions.LAST);
            }
            try (TailPages tail = new TailPages(pages, index)) {
                return addImage(timeline, tail);
            }
        }
    }

    private Snapshot fold(TimelineId timeline, SnapshotChain chain, Lsn end, Versions versions) {
        try (LayerCache cache = new LayerCache(PointPages.CACHE_BYTES)) {
            SnapshotPages pages = SnapshotPages.open(chain.newest().directory(), snapshots::directory, cache, snapshots.promised().layers());
            BlockIndex index = index(timeline, pages, end);
            return snapshots.addLayers(timeline,
                    directory -> slicer().fold(chain.image(), pages, index, versions, directory));
        }
    }

    private Snapshot delta(TimelineId timeline, Snapshot base, Lsn end, Versions versions) {
        try (PointPages pages = PointPages.of(snapshots, base)) {
            return delta(timeline, base, pages, index(timeline, pages, end), versions);
        }
    }

    private Snapshot delta(TimelineId timeline, Snapshot base, PageSource pages, BlockIndex index, Versions versions) {
        SnapshotManifest.Parent parent = new SnapshotManifest.Parent(base.timeline(), base.lsn());
        return snapshots.addLayers(timeline, directory -> slicer().slice(parent, pages, index, versions, directory));
    }

    private BlockIndex index(TimelineId timeline, PageSource pages, Lsn end) {
        return IndexWalk.walk(wal.source(timeline), pages.metadata(), end, BlockIndex.MOST_PLACES);
    }

    private Slicer slicer() {
        return new Slicer(steps, LayerOptions.DELTA, parallel);
    }
}
