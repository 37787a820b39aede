package dev.neon.repo.timeline;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The directories below {@code timelines/}. A timeline is there whole or not at all. */
public final class TimelineStore {
    private final Path timelines;
    private final DurableFiles files;

    /** @param timelines the directory {@code timelines/} of a repository */
    public TimelineStore(Path timelines, DurableFiles files) {
        this.timelines = timelines;
        this.files = files;
    }

    /** All timelines, sorted by id. */
    public List<TimelineId> list() {
        List<TimelineId> ids = new ArrayList<>();
        try {
            for (Path entry : Directories.list(timelines)) {
                if (TimelineId.isTimelineId(entry.getFileName().toString()) && Files.isDirectory(entry)) {
                    ids.add(new TimelineId(entry.getFileName().toString()));
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", timelines, failure);
        }
        ids.sort(null);
        return ids;
    }

    public boolean exists(TimelineId id) {
        return Files.isDirectory(directory(id));
    }

    /**
     * @throws NotFoundException if there is no such timeline
     * @throws dev.neon.repo.error.CorruptFileException if its history cannot be read
     */
    public TimelineHistory history(TimelineId id) {
        Path file = directory(id).resolve("history");
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException absent) {
            if (!exists(id)) {
                throw new NotFoundException("timeline '" + id + "' does not exist",
                        "If a branch or tag names it, put the timeline back from a copy of the repository.");
            }
            text = "";
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        return HistoryFormat.parse(file, id, text);
    }

    /** As {@link #history}; empty if the timeline has gone meanwhile, as a read-only server's does when that is stopped. */
    public Optional<TimelineHistory> historyIfThere(TimelineId id) {
        try {
            return Optional.of(history(id));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /**
     * Makes a timeline, durably, with empty {@code wal/} and {@code snapshots/}.
     *
     * @param settings what PostgreSQL keeps in files but not in WAL: file name to content, for {@code settings/}
     * @throws AlreadyExistsException if there is one of this id
     */
    public void create(TimelineHistory history, Map<String, byte[]> settings) {
        create(history, settings, List.of());
    }

    /**
     * Makes a timeline as {@link #create(TimelineHistory, Map)}.
     *
     * @param before files that are forced to disk before it is there: the WAL that it begins in
     */
    public void create(TimelineHistory history, Map<String, byte[]> settings, List<Path> before) {
        Path target = directory(history.id());
        if (Files.exists(target)) {
            throw new AlreadyExistsException("timeline '" + history.id() + "' already exists");
        }
        files.createDirectories(timelines);
        Path draft = DurableFiles.temporaryBeside(target);
        try {
            fill(draft, history, settings);
            files.syncTree(draft, before);
            files.rename(draft, target);
        } catch (IOException failure) {
            files.deleteTree(draft);
            throw new StorageFailedException("create", target, failure);
        } catch (StorageFailedException failure) {
            files.deleteTree(draft);
            throw failure;
        }
    }

    private void fill(Path draft, TimelineHistory history, Map<String, byte[]> settings) throws IOException {
        files.steps().createDirectory(draft);
        files.steps().create(draft.resolve("history"), HistoryFormat.format(history).getBytes(StandardCharsets.UTF_8));
        files.steps().createDirectory(draft.resolve("wal"));
        files.steps().createDirectory(draft.resolve("snapshots"));
        files.steps().createDirectory(draft.resolve("settings"));
        for (Map.Entry<String, byte[]> file : settings.entrySet()) {
            files.steps().create(draft.resolve("settings").resolve(file.getKey()), file.getValue());
        }
    }

    /** Removes a timeline with all it holds. A missing one is no error. */
    public void remove(TimelineId id) {
        if (exists(id)) {
            files.removeWhole(directory(id));
        }
    }

    public Path directory(TimelineId id) {
        return timelines.resolve(id.hex());
    }

    /** WAL segments, in PostgreSQL's format and naming. */
    public Path walDirectory(TimelineId id) {
        return directory(id).resolve("wal");
    }

    /** What {@link dev.neon.repo.walindex.WalIndexFiles} keeps; disposable, and may be missing. */
    public Path walIndexDirectory(TimelineId id) {
        return directory(id).resolve("wal-index");
    }

    /** Snapshots, each in a directory named by {@link dev.neon.repo.Lsn#toFileName()}. */
    public Path snapshotsDirectory(TimelineId id) {
        return directory(id).resolve("snapshots");
    }

    /** The files that PostgreSQL keeps outside of WAL, {@code postgresql.auto.conf} for example. */
    public Path settingsDirectory(TimelineId id) {
        return directory(id).resolve("settings");
    }
}
