package dev.neon.snapshot;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.Directories;
import dev.neon.rmgr.tablespace.TablespaceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds tablespaces outside of the data directory. Replaying their creation would make a link to the same place again
 * ({@code REL_17 tablespace.c create_tablespace_directories}), and two branches would write the same files.
 */
public final class ExternalTablespaces {
    private ExternalTablespaces() {}

    /** Refuses to make a data directory in which there would be one. */
    static void refuse(RepositoryWal wal, TimelineId timeline, DataDirectoryBuilder.Built built) {
        linkedFrom(built.base().directory()).ifPresent(location -> refuse(timeline, location));
        ControlFile control = ControlFile.read(built.base().directory().resolve(DataDirectoryFiles.CONTROL_FILE));
        refuseCreated(wal, timeline, built, control.parameters().walLevel());
    }

    /**
     * Refuses what replay would create, and a replay that would not create all.
     *
     * @param walLevel where it begins, as {@code pg_control} has it
     */
    static void refuseCreated(RepositoryWal wal, TimelineId timeline, DataDirectoryBuilder.Built built, int walLevel) {
        if (built.replay() > 0) {
            created(ReplayScan.tablespaces(wal.source(timeline), built.readFrom(), built.point(), walLevel))
                    .ifPresent(location -> refuse(timeline, location));
        }
    }

    private static void refuse(TimelineId timeline, String location) {
        throw new UnsupportedException("timeline '" + timeline + "' has an external tablespace at '" + location + "'",
                "Two branches would share its files. Move its tables to pg_default on a server"
                        + " that still runs, drop it and take a snapshot, or branch from a point before it was created.");
    }

    private static Optional<String> created(List<TablespaceRecord> changes) {
        // One that was dropped again counts as well: replay would make and empty a directory that others may use by now.
        return changes.stream().flatMap(change -> switch (change) {
            case TablespaceRecord.Create made -> made.isExternal() ? Stream.of(made.location()) : Stream.empty();
            case TablespaceRecord.Drop dropped -> Stream.empty();
        }).findFirst();
    }

    /** Where the first link in {@code pg_tblspc} of a data directory leads to. */
    public static Optional<String> linkedFrom(Path dataDirectory) {
        Path links = dataDirectory.resolve("pg_tblspc");
        try {
            for (Path entry : Directories.list(links, Files::isSymbolicLink)) {
                return Optional.of(Files.readSymbolicLink(entry).toString());
            }
            return Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageFailedException("read", links, e);
        }
    }
}
