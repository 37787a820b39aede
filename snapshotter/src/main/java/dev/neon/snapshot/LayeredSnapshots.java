package dev.neon.snapshot;

import dev.neon.materialise.DataDirectoryPages;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.LayerFile;
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
import java.nio.file.Path;

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

    /** What is asked of a new snapshot. */
    public enum Wish {
        /** A delta with all versions of pages, or an image where the deltas have outgrown the one they lie on. */
        HISTORY,
        /** The same, but of each page only the last version: smaller, and no points between in its layers. */
        LAST_VERSIONS,
        /** An image, which lies on nothing. */
        IMAGE
    }

    /**
     * Makes a snapshot of a timeline's end from its WAL, whether a server runs on it or not: a delta of the newest
     * snapshot that there is, or several where one would take too much memory. On a copy of a stopped server, of format
     * version 1, lies an image; a copy of a running server is passed over.
     *
     * @return the last
     * @throws dev.neon.repo.error.AlreadyExistsException  if there is one at the end
     * @throws dev.neon.repo.error.UnsupportedWalException if WAL has records of a form that is not known
     * @throws dev.neon.repo.error.UnsupportedException    if all snapshots are copies of a running server
     */
    public Snapshot create(TimelineId timeline, Wish wish) {
        Lsn end = wal.end(timeline);
        wal.sync(timeline, end);
        Snapshot newest = snapshots.requireFor(timeline, end);
        if (newest.lsn().equals(end)) {
            throw SnapshotStore.exists(end);
        }
        newest = snapshots.newestWithPages(timeline, end).orElse(newest);
        if (wish == Wish.IMAGE || !newest.isLayered() || haveDeltasOutgrown(newest)) {
            try (PointPages pages = PointPages.at(snapshots, newest, wal.source(timeline), end)) {
                return addImage(timeline, pages);
            }
        }
        while (newest.lsn().isBefore(end)) {
            newest = delta(timeline, newest, end, wish == Wish.HISTORY ? Versions.ALL : Versions.LAST);
        }
        return newest;
    }

    /** Whether the deltas down to an image hold more than it: then an image is cheaper for whoever reads, and for gc. */
    private boolean haveDeltasOutgrown(Snapshot newest) {
        SnapshotManifest manifest = SnapshotManifest.read(newest.directory());
        long deltas = 0;
        while (manifest.parent().isPresent()) {
            deltas += bytes(manifest);
            manifest = SnapshotManifest.read(snapshots.directory(manifest.parent().get()));
        }
        return deltas > bytes(manifest);
    }

    private static long bytes(SnapshotManifest manifest) {
        return manifest.metadata().bytes() + manifest.layers().stream().mapToLong(LayerFile::bytes).sum();
    }

    private Snapshot delta(TimelineId timeline, Snapshot base, Lsn end, Versions versions) {
        try (PointPages pages = PointPages.of(snapshots, base)) {
            BlockIndex index =
                    IndexWalk.walk(wal.source(timeline), pages.metadata(), end, BlockIndex.MOST_PLACES);
            Slicer slicer = new Slicer(steps, LayerOptions.DELTA, parallel);
            SnapshotManifest.Parent parent = new SnapshotManifest.Parent(base.timeline(), base.lsn());
            return snapshots.addLayers(timeline,
                    directory -> slicer.slice(parent, pages, index, versions, directory));
        }
    }
}
