package dev.neon.snapshot;

import dev.neon.materialise.Materialiser;
import dev.neon.materialise.OlderDirectory;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.repository.Repository;
import dev.neon.slice.ParallelWork;
import dev.neon.state.SyntheticCheckpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** Writes data directories from snapshots of layers, without configuration and WAL. */
final class LayeredBase {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;

    LayeredBase(Repository repository, RepositoryWal wal, SnapshotStore snapshots) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
    }

    /**
     * @param older  whose files may be taken over, if there is one
     * @param target does not exist
     */
    DataDirectoryBuilder.Built write(TimelineId timeline, Snapshot base, Lsn point, Optional<OlderDirectory> older,
            Path target, RedoEngine redo) {
        if (redo == RedoEngine.NEON) {
            try {
                Materialiser materialiser = older.map(materialiser()::reusing).orElseGet(this::materialiser);
                return writeShutDown(timeline, base, point, materialiser, target);
            } catch (UnsupportedWalException unknown) {
                repository.files().deleteTree(target);
                if (!unknown.isForPostgres()) {
                    throw unknown;
                }
                repository.context().warnings().tell(unknown.getMessage()
                        + "; PostgreSQL itself will replay WAL, from the snapshot at " + base.lsn() + " on");
            }
        }
        return writeCrashed(timeline, base, point, target);
    }

    private DataDirectoryBuilder.Built writeShutDown(TimelineId timeline, Snapshot base, Lsn point,
            Materialiser materialiser, Path target) {
        try (PointPages pages = PointPages.at(snapshots, base, wal.source(timeline), point)) {
            return writeShutDown(timeline, pages, materialiser, target);
        }
    }

    private DataDirectoryBuilder.Built writeShutDown(TimelineId timeline, PointPages pages, Materialiser materialiser,
            Path target) {
        Lsn point = pages.metadata().lsn();
        Lsn last = pages.metadata().lastRecord();
        if (last.equals(pages.metadata().checkPointLsn()) && wal.isShutdown(timeline, last)) {
            materialiser.writeShutDown(pages, target);
            return new DataDirectoryBuilder.Built(pages.base(), point, last, 0, Optional.empty());
        }
        SyntheticCheckpoint checkpoint =
                materialiser.writeShutDown(pages, repository.context().clock().instant(), target);
        return new DataDirectoryBuilder.Built(pages.base(), point, point, 0, Optional.of(checkpoint));
    }

    /** Writes some forks only. */
    DataDirectoryBuilder.Built writePart(TimelineId timeline, PointPages pages, Predicate<ForkKey> which, Path target) {
        return writeShutDown(timeline, pages, materialiser().limitedTo(which), target);
    }

    private DataDirectoryBuilder.Built writeCrashed(TimelineId timeline, Snapshot base, Lsn point, Path target) {
        try (PointPages pages = PointPages.of(snapshots, base)) {
            Lsn from = pages.metadata().checkPoint().redo();
            DataDirectoryBuilder.Built built =
                    new DataDirectoryBuilder.Built(base, point, from, point.minus(from), Optional.empty());
            ExternalTablespaces.refuseCreated(wal, timeline, built, pages.metadata().parameters().walLevel());
            materialiser().writeCrashed(pages, target);
            return built;
        }
    }

    private Materialiser materialiser() {
        return new Materialiser(repository.context().steps(), ParallelWork.onAllProcessors(),
                repository.context().progress());
    }
}
