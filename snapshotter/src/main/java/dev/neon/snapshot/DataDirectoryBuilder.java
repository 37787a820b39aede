package dev.neon.snapshot;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes data directories from snapshots and WAL, such that stock PostgreSQL opens them at exactly one point.
 * docs/running-a-branch.md gives the steps and why they are safe.
 */
public final class DataDirectoryBuilder {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;
    private final TimelineSettings settings;

    public DataDirectoryBuilder(Repository repository, RepositoryWal wal, SnapshotStore snapshots,
                                TimelineSettings settings) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
        this.settings = settings;
    }

    /**
     * What was made.
     *
     * @param base  the snapshot it came from
     * @param point where PostgreSQL will be once it has replayed what is to be replayed
     */
    public record Built(Snapshot base, Lsn point) {
        /** Bytes of WAL between the base's redo point and the point; 0 if PostgreSQL starts without recovery. */
        public long replay() {
            return base.clean() && base.lsn().equals(point) ? 0 : point.minus(base.redo());
        }
    }

    /**
     * Makes {@code datadirs/<timeline>} for the end of the timeline's WAL. The caller holds the instance's lock, and no
     * server runs on the timeline.
     *
     * @param tip the end of the timeline's WAL
     * @throws dev.neon.repo.error.UnsupportedException if replay would meet an external tablespace
     */
    public Built build(TimelineId timeline, Lsn tip) {
        Built built = new Built(base(timeline, tip), tip);
        ExternalTablespaces.refuse(wal, timeline, built);
        Path target = repository.dataDirectory(timeline);
        repository.files().createDirectories(target.getParent());
        removeTemporaries(target.getParent(), timeline);
        Path temporary = DurableFiles.temporaryBeside(target, timeline.hex());
        TimelineWalDirectory walDirectory = new TimelineWalDirectory(repository, wal, timeline);
        try {
            copyBase(built, temporary);
            settings.complete(timeline, TimelineSettings.read(built.base().directory()));
            settings.link(timeline, temporary);
            walDirectory.prepare(built);
            repository.files().steps().symlink(temporary.resolve(DataDirectoryFiles.WAL_DIRECTORY),
                    target.relativize(repository.timelines().walDirectory(timeline)));
            repository.files().syncTree(temporary);
            repository.files().rename(temporary, target);
        } catch (IOException e) {
            throw new StorageFailedException("make", target, e);
        } finally {
            repository.files().deleteTree(temporary);
        }
        return built;
    }

    /** Lays the timeline's settings over its data directory, which is there and whose changes have been saved. */
    public void layOverSettings(TimelineId timeline) {
        settings.link(timeline, repository.dataDirectory(timeline));
    }

    /** Removes the links to ancestors' segments once a server has recovered. */
    public void removeAncestorLinks(TimelineId timeline) {
        TimelineWalDirectory.removeLinks(repository.timelines().walDirectory(timeline));
    }

    /**
     * Makes a data directory that stands alone: {@code postgres -D} starts it without neon, at exactly {@code point}.
     *
     * @param target must not exist
     * @throws AlreadyExistsException if it does
     */
    public Built export(TimelineId timeline, Lsn point, Path target) {
        if (Files.exists(target)) {
            throw new AlreadyExistsException("'" + target + "' already exists", "Name a new directory.");
        }
        Built built = new Built(base(timeline, point), point);
        ExternalTablespaces.refuse(wal, timeline, built);
        Path temporary = DurableFiles.temporaryBeside(target.toAbsolutePath());
        try {
            copyBase(built, temporary);
            settings.copy(timeline, temporary);
            Path pgWal = temporary.resolve(DataDirectoryFiles.WAL_DIRECTORY);
            repository.files().createDirectories(pgWal);
            new TimelineWalDirectory(repository, wal, timeline).copyTo(pgWal, built);
            repository.files().syncTree(temporary);
            repository.files().rename(temporary, target.toAbsolutePath());
        } finally {
            repository.files().deleteTree(temporary);
        }
        return built;
    }

    private Snapshot base(TimelineId timeline, Lsn point) {
        return snapshots.newestFor(timeline, point).orElseThrow(() -> new NotFoundException(
                "no snapshot at or below " + point + " on timeline '" + timeline + "' or its ancestors",
                "The history before the oldest snapshot is gone; 'neon snapshot list --all' shows what there is."));
    }

    private void copyBase(Built built, Path target) {
        createPrivate(target);
        Path source = built.base().directory();
        DataDirectoryFiles.copy(repository, source, target);
        // The first draft kept the configuration in its snapshots; a timeline's own settings replace it.
        TimelineSettings.read(source).forEach((name, content) -> repository.files().replace(target.resolve(name), content));
        ControlFile control = ControlFile.read(source.resolve(DataDirectoryFiles.CONTROL_FILE));
        if (built.replay() > 0 && control.state() != ClusterState.IN_PRODUCTION) {
            repository.files().replace(target.resolve(DataDirectoryFiles.CONTROL_FILE), control.inProduction());
        }
    }

    /** PostgreSQL opens nothing that others may read ({@code REL_17 miscinit.c checkDataDir}). */
    private void createPrivate(Path directory) {
        repository.files().createDirectories(directory);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException notPosix) {
            // A file system without modes has nothing to check.
        } catch (IOException e) {
            throw new StorageFailedException("set permissions of", directory, e);
        }
    }

    /** What builds of the timeline left behind that crashed. Those of others may be under way, under their own locks. */
    private void removeTemporaries(Path directory, TimelineId timeline) {
        try {
            Directories.list(directory, entry -> DurableFiles.isTemporaryOf(entry, timeline.hex()))
                    .forEach(repository.files()::deleteTree);
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }
}
