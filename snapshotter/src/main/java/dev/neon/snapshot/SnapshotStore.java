package dev.neon.snapshot;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The version 1 snapshots of a repository: {@code timelines/<id>/snapshots/<lsn>/}, each a copy of a data directory. */
public final class SnapshotStore {
    private final Repository repository;
    private final RepositoryWal wal;

    public SnapshotStore(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /** The snapshots of one timeline, its ancestors' not counted, oldest first. */
    public List<Snapshot> list(TimelineId timeline) {
        Path directory = repository.timelines().snapshotsDirectory(timeline);
        List<Snapshot> snapshots = new ArrayList<>();
        try {
            for (Path entry : Directories.list(directory, SnapshotStore::isSnapshot)) {
                snapshots.add(open(timeline, entry));
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
        snapshots.sort((one, other) -> one.lsn().compareTo(other.lsn()));
        return snapshots;
    }

    /**
     * The snapshot from which {@code point} is reached with the least replay: the newest at or below it, on the timeline
     * or on its ancestors up to each fork point.
     */
    public Optional<Snapshot> newestFor(TimelineId timeline, Lsn point) {
        List<Ancestor> ancestors = repository.timelines().history(timeline).ancestors();
        TimelineId current = timeline;
        Lsn limit = point;
        for (int i = ancestors.size(); ; i--) {
            Lsn below = limit;
            Optional<Snapshot> found = list(current).reversed().stream()
                    .filter(snapshot -> !snapshot.lsn().isAfter(below)).findFirst();
            if (found.isPresent() || i == 0) {
                return found;
            }
            current = ancestors.get(i - 1).timeline();
            limit = Lsn.min(limit, ancestors.get(i - 1).forkPoint());
        }
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
     * Copies a data directory into the repository; the copy is complete and on disk, or not there. The caller holds the
     * instance's lock, so that what crashes left behind can be told from what is being made.
     *
     * @param control the control file to keep; for a running server the one read before copying began
     * @param lsnAfterCopy asked once the files have been copied: the first point that the copy can be brought to
     * @throws AlreadyExistsException if the timeline has a snapshot at that LSN
     */
    public Snapshot add(TimelineId timeline, Path dataDirectory, ControlFile control, Supplier<Lsn> lsnAfterCopy) {
        Path parent = repository.timelines().snapshotsDirectory(timeline);
        repository.files().createDirectories(parent);
        removeTemporaries(parent);
        Path temporary = DurableFiles.temporaryBeside(parent.resolve("snapshot"));
        try {
            DataDirectoryFiles.copy(repository, dataDirectory, temporary);
            repository.files().replace(temporary.resolve(DataDirectoryFiles.CONTROL_FILE), control.bytes());
            Lsn lsn = lsnAfterCopy.get();
            Path target = parent.resolve(lsn.toFileName());
            if (Files.exists(target)) {
                throw new AlreadyExistsException("snapshot at " + lsn + " exists already",
                        "Nothing was written since it was taken, so it is all that is needed.");
            }
            repository.files().syncTree(temporary);
            repository.files().rename(temporary, target);
            return open(timeline, target);
        } finally {
            repository.files().deleteTree(temporary);
        }
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
     * Removes a snapshot. The caller holds the instance's lock.
     *
     * @throws NotFoundException if there is none at that LSN
     * @throws ConflictException if the timeline could not be rebuilt without it
     */
    public void delete(TimelineId timeline, Lsn lsn) {
        Snapshot snapshot = list(timeline).stream().filter(candidate -> candidate.lsn().equals(lsn)).findFirst()
                .orElseThrow(() -> new NotFoundException("no snapshot at " + lsn + " on timeline '" + timeline + "'",
                        "'neon snapshot list' shows what there is."));
        if (newestFor(timeline, lsn.plus(-1)).isEmpty()) {
            throw new ConflictException("snapshot at " + lsn + " is the first of its history",
                    "Nothing could be rebuilt without it; only later ones can be deleted.");
        }
        // Renamed first: a crash half-way leaves a temporary name and not a snapshot with files missing.
        removeTemporaries(snapshot.directory().getParent());
        Path dying = DurableFiles.temporaryBeside(snapshot.directory());
        repository.files().rename(snapshot.directory(), dying);
        repository.files().deleteTree(dying);
    }

    private void removeTemporaries(Path directory) {
        try {
            Directories.list(directory, DurableFiles::isTemporary).forEach(repository.files()::deleteTree);
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    static boolean isSnapshot(Path entry) {
        String name = entry.getFileName().toString();
        return name.length() == 16 && name.chars().allMatch(HexFormat::isHexDigit);
    }

    /** What its files hold, blocks shared with others counted in full. */
    public long bytes(Snapshot snapshot) {
        return DataDirectoryFiles.bytes(snapshot.directory());
    }

    private Snapshot open(TimelineId timeline, Path directory) {
        ControlFile control = ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
        Lsn name = Lsn.parseFileName(directory.getFileName().toString());
        // The first draft named a snapshot by the start of its checkpoint's record; the state is whole at its end.
        Lsn lsn = name.isAfter(control.checkPointLsn()) ? name : wal.recordEnd(timeline, control.checkPointLsn());
        boolean clean = control.state() == ClusterState.SHUTDOWNED;
        return new Snapshot(timeline, lsn, control.checkPoint().redo(), control.checkPoint().time(), clean,
                directory);
    }
}
