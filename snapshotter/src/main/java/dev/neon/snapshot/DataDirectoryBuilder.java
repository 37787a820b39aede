package dev.neon.snapshot;

import dev.neon.materialise.OlderDirectory;
import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.repository.Repository;
import dev.neon.state.SyntheticCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes data directories from snapshots and WAL, such that stock PostgreSQL opens them at exactly one point.
 * docs/running-a-branch.md gives the steps and why they are safe.
 */
public final class DataDirectoryBuilder {
    /** PostgreSQL replays less in half a second; below that nothing is gained. */
    private static final long MUCH_WAL = 128 << 20;

    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;
    private final TimelineSettings settings;
    private final LayeredBase layers;

    public DataDirectoryBuilder(Repository repository, RepositoryWal wal, SnapshotStore snapshots,
                                TimelineSettings settings) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
        this.settings = settings;
        this.layers = new LayeredBase(repository, wal, snapshots);
    }

    /**
     * What was made.
     *
     * @param base       the snapshot it came from
     * @param point      where PostgreSQL will be once it has replayed what is to be replayed
     * @param readFrom   where it begins to read WAL
     * @param replay     bytes of WAL that it will replay; 0 if it starts without recovery
     * @param checkpoint what has to follow the point in WAL before it starts, if something has to
     */
    public record Built(Snapshot base, Lsn point, Lsn readFrom, long replay,
            Optional<SyntheticCheckpoint> checkpoint) {}

    /**
     * Makes {@code datadirs/<timeline>} for the end of the timeline's WAL, which grows by a checkpoint if PostgreSQL has
     * nothing to replay. The caller holds the instance's lock, and no server runs on the timeline.
     *
     * @param tip the end of the timeline's WAL
     * @throws dev.neon.repo.error.UnsupportedException if there would be an external tablespace
     */
    public Built build(TimelineId timeline, Lsn tip) {
        return build(timeline, tip, RedoEngine.NEON);
    }

    /**
     * As the other.
     *
     * @param redo who brings the base's pages to the tip
     */
    public Built build(TimelineId timeline, Lsn tip, RedoEngine redo) {
        return build(timeline, tip, redo, Optional.empty());
    }

    /**
     * As {@link #build(TimelineId, Lsn)}, from the data directory that is there; only what has changed is written. A crash
     * on the way leaves none.
     *
     * @param stopped where its server was shut down
     */
    public Built bringForward(TimelineId timeline, Lsn stopped, Lsn tip) {
        return build(timeline, tip, RedoEngine.NEON, Optional.of(stopped));
    }

    /** @param stopped where the data directory that is there stands; empty if there is none */
    private Built build(TimelineId timeline, Lsn tip, RedoEngine redo, Optional<Lsn> stopped) {
        Path target = repository.dataDirectory(timeline);
        repository.files().createDirectories(target.getParent());
        removeTemporaries(target.getParent(), timeline);
        Path temporary = DurableFiles.temporaryBeside(target, timeline.hex());
        Path aside = DurableFiles.temporaryBeside(target, timeline.hex());
        Optional<OlderDirectory> older = stopped.map(lsn -> new OlderDirectory(lsn, () -> moveAside(target, aside)));
        TimelineWalDirectory walDirectory = new TimelineWalDirectory(repository, wal, timeline);
        try {
            Built built = writeBase(timeline, tip, older, temporary, redo, snapshots.requireFor(timeline, tip));
            settings.complete(timeline, TimelineSettings.read(built.base().directory()));
            settings.link(timeline, temporary);
            walDirectory.prepare(built);
            repository.files().steps().symlink(temporary.resolve(DataDirectoryFiles.WAL_DIRECTORY),
                    target.relativize(repository.timelines().walDirectory(timeline)));
            if (built.base().isLayered()) {
                UnsyncedMark.put(repository, temporary);
            } else {
                repository.files().syncTree(temporary);
            }
            // WAL first: a control file that names a checkpoint which is not there would be refused.
            built.checkpoint().ifPresent(checkpoint -> checkpoint.append(repository.context().steps(),
                    wal.source(timeline), repository.timelines().walDirectory(timeline)));
            if (stopped.isPresent()) {
                moveAside(target, aside);
            }
            repository.files().rename(temporary, target);
            return built;
        } catch (IOException e) {
            throw new StorageFailedException("make", target, e);
        } finally {
            repository.files().deleteTree(temporary);
            repository.files().deleteTree(aside);
        }
    }

    /** From here on there is no data directory, so that nobody takes one for whole whose files were taken out. */
    private Path moveAside(Path target, Path aside) {
        if (Files.exists(target)) {
            repository.files().rename(target, aside);
        }
        return aside;
    }

    /**
     * Whether a data directory that stands before the tip is better brought there by {@link #bringForward} than by PostgreSQL:
     * snapshots have most of the WAL between, as deltas, and it is much.
     *
     * @param stopped where its server was shut down, on the timeline's history
     */
    public boolean isWorthBringing(TimelineId timeline, Lsn stopped, Lsn tip) {
        long wal = tip.minus(stopped);
        Path directory = repository.dataDirectory(timeline);
        // Nothing but the data directory knows of slots and linked tablespaces.
        if (wal < MUCH_WAL || ExternalTablespaces.linkedFrom(directory).isPresent()
                || !DataDirectoryFiles.entries(directory.resolve(DataDirectoryFiles.REPLICATION_SLOTS)).isEmpty()) {
            return false;
        }
        try {
            Optional<Snapshot> base = snapshots.newestFor(timeline, tip);
            return base.isPresent() && tip.minus(base.get().lsn()) <= wal / 8
                    && snapshots.isReachedByDeltas(base.get(), stopped);
        } catch (CorruptFileException | NotFoundException damage) {
            // PostgreSQL needs no snapshot.
            return false;
        }
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
        return export(timeline, point, target, RedoEngine.NEON);
    }

    /**
     * As the other.
     *
     * @param redo who brings the base's pages to the point
     */
    public Built export(TimelineId timeline, Lsn point, Path target, RedoEngine redo) {
        return export(snapshots.requireFor(timeline, point), timeline, point, target, redo);
    }

    /**
     * As the others, but of a certain snapshot, which PostgreSQL brings to the point.
     *
     * @param base on the timeline or an ancestor, at or below the point
     */
    public Built exportFrom(Snapshot base, TimelineId timeline, Lsn point, Path target) {
        return export(base, timeline, point, target, RedoEngine.POSTGRES);
    }

    private Built export(Snapshot base, TimelineId timeline, Lsn point, Path target, RedoEngine redo) {
        if (Files.exists(target)) {
            throw new AlreadyExistsException("'" + target + "' already exists", "Name a new directory.");
        }
        Path temporary = DurableFiles.temporaryBeside(target.toAbsolutePath());
        try {
            Built built = writeBase(timeline, point, Optional.empty(), temporary, redo, base);
            settings.copy(timeline, temporary);
            Path pgWal = temporary.resolve(DataDirectoryFiles.WAL_DIRECTORY);
            repository.files().createDirectories(pgWal);
            new TimelineWalDirectory(repository, wal, timeline).copyTo(pgWal, built);
            built.checkpoint().ifPresent(checkpoint ->
                    checkpoint.append(repository.context().steps(), wal.source(timeline), pgWal));
            repository.files().syncTree(temporary);
            repository.files().rename(temporary, target.toAbsolutePath());
            return built;
        } finally {
            repository.files().deleteTree(temporary);
        }
    }

    /**
     * Makes a data directory that has only some forks, for a server that will not ask for others: all but the
     * configuration, and unsynced. Prepared transactions are left out, so that what they wrote or locked is not seen.
     *
     * @param pages  of the timeline
     * @param target does not exist; its parent does
     */
    public void exportPart(TimelineId timeline, PointPages pages, Predicate<ForkKey> which, Path target) {
        Built built = layers.writePart(timeline, pages, which, target);
        Path pgWal = target.resolve(DataDirectoryFiles.WAL_DIRECTORY);
        repository.files().createDirectories(pgWal);
        new TimelineWalDirectory(repository, wal, timeline).copyTo(pgWal, built);
        built.checkpoint().ifPresent(checkpoint ->
                checkpoint.append(repository.context().steps(), wal.source(timeline), pgWal));
        Path prepared = target.resolve("pg_twophase");
        repository.files().deleteTree(prepared);
        repository.files().createDirectories(prepared);
    }

    /** Where a snapshot is damaged, an older one and the WAL after it lead to the same point. */
    private Built writeBase(TimelineId timeline, Lsn point, Optional<OlderDirectory> older, Path target,
            RedoEngine redo, Snapshot base) {
        // At once, and not as one file after another is asked for.
        snapshots.promised().bring(snapshots.promised().ofPoint(base, timeline, point));
        if (base.isLayered()) {
            try {
                return layers.write(timeline, base, point, older, target, redo);
            } catch (CorruptFileException damage) {
                repository.files().deleteTree(target);
                Optional<Snapshot> before = snapshots.newestFor(timeline, base.lsn().plus(-1));
                if (before.isEmpty()) {
                    throw damage;
                }
                try {
                    Built built = writeBase(timeline, point, Optional.empty(), target, redo, before.get());
                    snapshots.warnOfUse(built.base(), damage);
                    return built;
                } catch (CorruptFileException | NotFoundException worse) {
                    damage.addSuppressed(worse);
                    throw damage;
                }
            }
        }
        long replay = base.clean() && base.lsn().equals(point) ? 0 : point.minus(base.redo());
        Built built = new Built(base, point, base.redo(), replay, Optional.empty());
        ExternalTablespaces.refuse(wal, timeline, built);
        copyBase(built, target);
        return built;
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
