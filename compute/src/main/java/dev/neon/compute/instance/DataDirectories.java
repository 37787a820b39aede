package dev.neon.compute.instance;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.DataDirectoryBuilder;
import dev.neon.snapshot.DataDirectoryCheck;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.RedoEngine;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelineSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has the data directory of a timeline ready for a server: the one that is there, or a new one. */
final class DataDirectories {
    private final Repository repository;
    private final RepositoryWal wal;
    private final TimelineSettings settings;
    private final DataDirectoryCheck check;
    private final DataDirectoryBuilder builder;

    DataDirectories(Repository repository, RepositoryWal wal, SnapshotStore snapshots, TimelineSettings settings) {
        this.repository = repository;
        this.wal = wal;
        this.settings = settings;
        this.check = new DataDirectoryCheck(repository, wal);
        this.builder = new DataDirectoryBuilder(repository, wal, snapshots, settings);
    }

    /**
     * A data directory on which PostgreSQL may be started.
     *
     * @param replayFrom  where recovery will begin
     * @param replayTo    where it will end; the same if there is none
     * @param segmentSize bytes in a WAL segment
     */
    record Ready(Path directory, Lsn replayFrom, Lsn replayTo, int segmentSize) {}

    /** The timelines that have a data directory. */
    List<TimelineId> list() {
        List<TimelineId> timelines = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(repository.dataDirectories())) {
            for (Path directory : directories) {
                String name = directory.getFileName().toString();
                if (TimelineId.isTimelineId(name)) {
                    timelines.add(new TimelineId(name));
                }
            }
        } catch (NoSuchFileException noneYet) {
            return List.of();
        } catch (IOException e) {
            throw new StorageFailedException("list", repository.dataDirectories(), e);
        }
        timelines.sort(null);
        return timelines;
    }

    /**
     * The caller holds the instance's lock, and no process of an earlier server is left.
     *
     * @param tip  the end of the timeline's WAL
     * @param redo who brings a new one there
     */
    Ready prepare(TimelineId timeline, Lsn tip, RedoEngine redo) {
        Path directory = repository.dataDirectory(timeline);
        if (Files.isDirectory(directory) && check.isUnreliable(timeline)) {
            remove(timeline);
        }
        if (!Files.isDirectory(directory)) {
            return ready(timeline, builder.build(timeline, tip, redo));
        }
        Optional<Lsn> stopped = check.stoppedBefore(timeline, tip);
        settings.save(timeline);
        if (stopped.isPresent()) {
            if (redo == RedoEngine.NEON && builder.isWorthBringing(timeline, stopped.get(), tip)) {
                return ready(timeline, builder.bringForward(timeline, stopped.get(), tip));
            }
            check.letReplay(timeline);
        }
        builder.layOverSettings(timeline);
        ControlFile control = ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
        return new Ready(directory, control.checkPoint().redo(), tip, segmentSize(timeline));
    }

    private Ready ready(TimelineId timeline, DataDirectoryBuilder.Built built) {
        return new Ready(repository.dataDirectory(timeline), built.point().plus(-built.replay()), built.point(),
                segmentSize(timeline));
    }

    private int segmentSize(TimelineId timeline) {
        return wal.identity(timeline).segmentSize();
    }

    /** To be called when the server accepts connections: what only recovery needed is removed. */
    void recovered(TimelineId timeline) {
        builder.removeAncestorLinks(timeline);
    }

    /** Removes a data directory; nothing is lost, once its settings have been saved. */
    void remove(TimelineId timeline) {
        settings.save(timeline);
        repository.files().deleteTree(repository.dataDirectory(timeline));
    }
}
