package dev.neon.snapshot;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The snapshots of a repository, {@code timelines/<id>/snapshots/<lsn>/}: those of format version 1 are copies of data
 * directories, later ones layers. A repository may have both.
 */
public final class SnapshotStore {
    /** Whoever makes one may be at it for long. */
    private static final Duration LOCK_WAIT = Duration.ofMinutes(30);

    private final Repository repository;
    private final RepositoryWal wal;
    private final Duration lockWait;

    public SnapshotStore(Repository repository, RepositoryWal wal) {
        this(repository, wal, LOCK_WAIT);
    }

    private SnapshotStore(Repository repository, RepositoryWal wal, Duration lockWait) {
        this.repository = repository;
        this.wal = wal;
        this.lockWait = lockWait;
    }

    /** The same for whom a snapshot is not worth a long wait: BusyException comes if others make some for longer than that. */
    public SnapshotStore waitingAtMost(Duration time) {
        return new SnapshotStore(repository, wal, time);
    }

    /** The snapshots of one timeline, its ancestors' not counted, oldest first. */
    public List<Snapshot> list(TimelineId timeline) {
        List<Snapshot> snapshots = new ArrayList<>();
        places(timeline).forEach(place -> openIfThere(timeline, place).ifPresent(snapshots::add));
        snapshots.sort((one, other) -> one.lsn().compareTo(other.lsn()));
        return snapshots;
    }

    /** Empty if it has gone since it was listed: collections do not wait for those who only look. */
    private Optional<Snapshot> openIfThere(TimelineId timeline, Path place) {
        try {
            return Optional.of(open(timeline, place));
        } catch (CorruptFileException | StorageFailedException failure) {
            if (Files.isDirectory(place)) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    /**
     * The snapshot from which {@code point} is reached with the least replay: the newest at or below it, on the timeline
     * or on its ancestors up to each fork point.
     */
    public Optional<Snapshot> newestFor(TimelineId timeline, Lsn point) {
        return newestFor(timeline, point, snapshot -> true);
    }

    /** As {@link #newestFor}, without copies of running servers, whose pages are of no one point. */
    Optional<Snapshot> newestWithPages(TimelineId timeline, Lsn point) {
        return newestFor(timeline, point, Snapshot::clean);
    }

    private Optional<Snapshot> newestFor(TimelineId timeline, Lsn point, Predicate<Snapshot> which) {
        List<Ancestor> ancestors = repository.timelines().history(timeline).ancestors();
        TimelineId current = timeline;
        Lsn limit = point;
        for (int i = ancestors.size(); ; i--) {
            Optional<Snapshot> found = newestOf(current, limit, which);
            if (found.isPresent() || i == 0) {
                return found;
            }
            current = ancestors.get(i - 1).timeline();
            limit = Lsn.min(limit, ancestors.get(i - 1).forkPoint());
        }
    }

    /** One that cannot be opened is passed over if there is an older one: the WAL after that leads to the point too. */
    private Optional<Snapshot> newestOf(TimelineId timeline, Lsn limit, Predicate<Snapshot> which) {
        List<CorruptFileException> damages = new ArrayList<>();
        List<Path> below = places(timeline).stream()
                .filter(place -> !Lsn.parseFileName(place.getFileName().toString()).isAfter(limit))
                // Written out: Comparator's own lambdas are serializable, which the AOT cache does not hold.
                .sorted((one, other) -> other.getFileName().compareTo(one.getFileName())).toList();
        for (Path place : below) {
            try {
                Snapshot snapshot = open(timeline, place);
                if (!snapshot.lsn().isAfter(limit) && which.test(snapshot)) {
                    damages.forEach(damage -> warnOfUse(snapshot, damage));
                    return Optional.of(snapshot);
                }
            } catch (CorruptFileException damage) {
                damages.add(damage);
            }
        }
        if (!damages.isEmpty()) {
            throw damages.getFirst();
        }
        return Optional.empty();
    }

    /** Tells the user that a snapshot is used in place of a newer one that is damaged. */
    void warnOfUse(Snapshot older, CorruptFileException damage) {
        repository.context().warnings().tell(damage.getMessage() + "; the older snapshot at " + older.lsn()
                + " is used in its place, 'neon fsck' tells what the damage affects");
    }

    /** {@link #newestFor}. @throws NotFoundException if there is none */
    Snapshot requireFor(TimelineId timeline, Lsn point) {
        return newestFor(timeline, point).orElseThrow(() -> new NotFoundException(
                "no snapshot at or below " + point + " on timeline '" + timeline + "' or its ancestors",
                "The history before the oldest snapshot is gone; 'neon snapshot list --all' shows what there is."));
    }

    /** All from which some point of the timeline can be reached: its own, and its ancestors' up to each fork point. */
    public List<Snapshot> reaching(TimelineId timeline) {
        List<Ancestor> ancestors = repository.timelines().history(timeline).ancestors();
        List<Snapshot> found = new ArrayList<>();
        for (int i = 0; i < ancestors.size(); i++) {
            List<Ancestor> later = ancestors.subList(i, ancestors.size());
            list(ancestors.get(i).timeline()).stream().filter(snapshot -> later.stream()
                    .noneMatch(fork -> snapshot.lsn().isAfter(fork.forkPoint()))).forEach(found::add);
        }
        found.addAll(list(timeline));
        return found;
    }

    /**
     * Copies a data directory into the repository; the copy is complete and on disk, or not there.
     *
     * @param control the control file to keep; for a running server the one read before copying began
     * @param lsnAfterCopy asked once the files have been copied: the first point that the copy can be brought to
     * @throws AlreadyExistsException if the timeline has a snapshot at that LSN
     */
    public Snapshot add(TimelineId timeline, Path dataDirectory, ControlFile control, Supplier<Lsn> lsnAfterCopy) {
        return make(timeline, temporary -> {
            DataDirectoryFiles.copy(repository, dataDirectory, temporary);
            repository.files().replace(temporary.resolve(DataDirectoryFiles.CONTROL_FILE), control.bytes());
            return lsnAfterCopy.get();
        });
    }

    /**
     * Makes a snapshot of layers; it is complete and on disk, or not there.
     *
     * @param write fills the directory, which is empty, and tells what it has made
     * @throws AlreadyExistsException if the timeline has a snapshot at that LSN
     */
    public Snapshot addLayers(TimelineId timeline, Function<Path, SnapshotManifest> write) {
        return make(timeline, temporary -> {
            repository.files().createDirectories(temporary);
            SnapshotManifest manifest = write.apply(temporary);
            manifest.parent().filter(parent -> !Files.isDirectory(directory(parent))).ifPresent(gone -> {
                throw new ConflictException("the snapshot at " + gone.lsn() + " has just been collected",
                        "The new one would lie on it. Take the snapshot again.");
            });
            return manifest.lsn();
        });
    }

    /** @param fill makes the directory, and tells the LSN */
    private Snapshot make(TimelineId timeline, Function<Path, Lsn> fill) {
        Path parent = repository.timelines().snapshotsDirectory(timeline);
        repository.files().createDirectories(parent);
        try (LockFile lock = lock()) {
            removeTemporaries(parent);
            Path temporary = DurableFiles.temporaryBeside(parent.resolve("snapshot"));
            try {
                Lsn lsn = fill.apply(temporary);
                Path target = parent.resolve(lsn.toFileName());
                if (Files.exists(target)) {
                    throw exists(lsn);
                }
                repository.files().syncTree(temporary);
                repository.files().rename(temporary, target);
                return open(timeline, target);
            } finally {
                repository.files().deleteTree(temporary);
            }
        }
    }

    static AlreadyExistsException exists(Lsn lsn) {
        return new AlreadyExistsException("snapshot at " + lsn + " exists already",
                "Nothing was written since it was taken, so it is all that is needed.");
    }

    /** What crashes left behind is told from what is being made by this lock. */
    LockFile lock() {
        return lock(lockWait);
    }

    /** Whether a snapshot is being made or removed. */
    public boolean isBusy() {
        return LockFile.isHeld(repository.runDirectory().resolve("snapshots.lock"), repository.context().process());
    }

    /** To be held while snapshots come or go; who makes one looks once more, under it, whether the parent is there. */
    public LockFile lock(Duration wait) {
        return repository.lock("snapshots", wait);
    }

    /**
     * Makes a data directory that nobody else needs into a snapshot, by renaming it.
     *
     * @param dataDirectory of a cleanly stopped server, on the repository's file system
     * @param lsn           the end of its shutdown checkpoint
     */
    public Snapshot adopt(TimelineId timeline, Path dataDirectory, Lsn lsn) {
        repository.files().retainOnly(dataDirectory, DataDirectoryFiles.worthKeeping());
        Path target = repository.timelines().snapshotsDirectory(timeline).resolve(lsn.toFileName());
        repository.files().createDirectories(target.getParent());
        repository.files().syncTree(dataDirectory);
        repository.files().rename(dataDirectory, target);
        return open(timeline, target);
    }

    /**
     * Removes a snapshot.
     *
     * @throws NotFoundException if there is none at that LSN
     * @throws ConflictException if the timeline could not be rebuilt without it, or another snapshot lies on it
     */
    public void delete(TimelineId timeline, Lsn lsn) {
        try (LockFile lock = lock()) {
            Snapshot snapshot = list(timeline).stream().filter(candidate -> candidate.lsn().equals(lsn)).findFirst()
                    .orElseThrow(() -> new NotFoundException("no snapshot at " + lsn + " on timeline '" + timeline
                            + "'", "'neon snapshot list' shows what there is."));
            Optional<Snapshot> before = newestFor(timeline, lsn.plus(-1));
            if (before.isEmpty()) {
                throw new ConflictException("snapshot at " + lsn + " is the first of its history",
                        "Nothing could be rebuilt without it; only later ones can be deleted.");
            }
            if (!wal.isThere(timeline, before.get().redo(), lsn)) {
                throw new ConflictException("snapshot at " + lsn + " cannot be rebuilt: WAL since the one before it, at "
                        + before.get().lsn() + ", is gone", "'neon gc' removes it when nobody needs it any more.");
            }
            refuseIfParent(snapshot);
            removeTemporaries(snapshot.directory().getParent());
            repository.files().removeWhole(snapshot.directory());
        }
    }

    private void refuseIfParent(Snapshot snapshot) {
        SnapshotManifest.Parent parent = new SnapshotManifest.Parent(snapshot.timeline(), snapshot.lsn());
        for (TimelineId timeline : repository.timelines().list()) {
            for (Snapshot other : list(timeline)) {
                if (other.form() == Snapshot.Form.DELTA
                        && SnapshotManifest.read(other.directory()).parent().equals(Optional.of(parent))) {
                    throw new ConflictException("snapshot at " + snapshot.lsn() + " is what the one at " + other.lsn()
                            + " of timeline '" + timeline + "' lies on", "Delete that one first.");
                }
            }
        }
    }

    /** Removes what crashes left of snapshots; the caller holds the {@link #lock}. */
    public void removeTemporaries() {
        repository.timelines().list().forEach(timeline ->
                removeTemporaries(repository.timelines().snapshotsDirectory(timeline)));
    }

    private void removeTemporaries(Path directory) {
        removeTemporaries(repository, directory);
    }

    /** Removes what crashes left in a directory of snapshots; the caller holds the {@link #lock}. */
    static void removeTemporaries(Repository repository, Path directory) {
        try {
            Directories.list(directory, DurableFiles::isTemporary).forEach(repository.files()::deleteTree);
        } catch (NoSuchFileException none) {
            return;
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    static boolean isSnapshot(Path entry) {
        String name = entry.getFileName().toString();
        return name.length() == 16 && name.chars().allMatch(HexFormat::isHexDigit);
    }

    /** Whether deltas tell all that has changed from a point, which is on its history, to a snapshot. */
    boolean isReachedByDeltas(Snapshot snapshot, Lsn from) {
        SnapshotManifest.Parent place = new SnapshotManifest.Parent(snapshot.timeline(), snapshot.lsn());
        boolean isKnown = snapshot.isLayered();
        while (isKnown && place.lsn().isAfter(from)) {
            SnapshotManifest manifest = SnapshotManifest.read(directory(place));
            isKnown = manifest.tellsChangesSince(from);
            place = manifest.parent().orElse(place);
        }
        return isKnown;
    }

    /** What is promised of snapshots, and of the WAL that leads on from them. */
    public PromisedParts promised() {
        return new PromisedParts(repository, wal, this);
    }

    /** Where a snapshot is that another lies on. */
    Path directory(SnapshotManifest.Parent parent) {
        return repository.timelines().snapshotsDirectory(parent.timeline()).resolve(parent.lsn().toFileName());
    }

    /** Whether a file is a snapshot's. */
    boolean isPart(Path file) {
        return repository.timelines().list().stream()
                .anyMatch(timeline -> file.startsWith(repository.timelines().snapshotsDirectory(timeline)));
    }

    /** What its files hold, blocks shared with others counted in full. */
    public long bytes(Snapshot snapshot) {
        return DataDirectoryFiles.bytes(snapshot.directory());
    }

    /** The time of the last checkpoint in it, to the second. */
    public Instant time(Snapshot snapshot) {
        if (!snapshot.isLayered()) {
            return ControlFile.read(snapshot.directory().resolve(DataDirectoryFiles.CONTROL_FILE)).checkPoint().time();
        }
        try (PointPages pages = PointPages.of(this, snapshot)) {
            return pages.metadata().checkPoint().time();
        }
    }

    /** Where the snapshots of one timeline are, readable or not. */
    public List<Path> places(TimelineId timeline) {
        Path directory = repository.timelines().snapshotsDirectory(timeline);
        try {
            return Directories.list(directory, SnapshotStore::isSnapshot);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    /**
     * Opens one of the {@link #places}.
     *
     * @throws dev.neon.repo.error.CorruptFileException if its manifest or control file is damaged
     */
    public Snapshot open(TimelineId timeline, Path directory) {
        Lsn name = Lsn.parseFileName(directory.getFileName().toString());
        if (Files.exists(directory.resolve(SnapshotManifest.NAME))) {
            Snapshot.Form form = SnapshotManifest.read(directory).isImage() ? Snapshot.Form.IMAGE : Snapshot.Form.DELTA;
            return new Snapshot(timeline, name, name, form, directory);
        }
        ControlFile control = ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
        // The first draft named a snapshot by the start of its checkpoint's record; the state is whole at its end.
        Lsn lsn = name.isAfter(control.checkPointLsn()) ? name : wal.recordEnd(timeline, control.checkPointLsn());
        Snapshot.Form form = control.state() == ClusterState.SHUTDOWNED ? Snapshot.Form.COPY : Snapshot.Form.LIVE_COPY;
        return new Snapshot(timeline, lsn, control.checkPoint().redo(), form, directory);
    }
}
