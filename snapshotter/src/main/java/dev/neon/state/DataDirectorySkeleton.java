package dev.neon.state;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes what of a data directory is not pages: directories, {@code PG_VERSION}, relation maps, two-phase files, progress
 * of replication origins, {@code pg_control}. There is neither {@code pg_wal} nor a configuration file.
 */
public final class DataDirectorySkeleton {
    /** Those that initdb makes, {@code pg_wal} left out; parents first. */
    private static final List<String> DIRECTORIES = List.of("base", "global", "pg_commit_ts", "pg_dynshmem",
            "pg_logical", "pg_logical/mappings", "pg_logical/snapshots", "pg_multixact", "pg_multixact/members",
            "pg_multixact/offsets", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp",
            "pg_subtrans", "pg_tblspc", "pg_twophase", "pg_xact");

    private final ClusterMetadata metadata;
    private final FileSteps files;
    private final Path directory;

    private DataDirectorySkeleton(ClusterMetadata metadata, FileSteps files, Path directory) {
        this.metadata = metadata;
        this.files = files;
        this.directory = directory;
    }

    /**
     * Writes, without syncing.
     *
     * @param control   from {@link SyntheticCheckpoint}
     * @param directory does not exist; its parent does
     * @throws dev.neon.repo.error.UnsupportedException   if there is an external tablespace
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be written
     */
    public static void write(ClusterMetadata metadata, byte[] control, FileSteps files, Path directory) {
        metadata.tablespaces().forEach((tablespace, location) -> {
            if (!location.isEmpty()) {
                throw new UnsupportedException("there is an external tablespace at '" + location + "'",
                        "Two branches would share its files. Move its tables to pg_default and drop it, or branch from"
                        + " a point before it was created.");
            }
        });
        try {
            new DataDirectorySkeleton(metadata, files, directory).write(control);
        } catch (IOException e) {
            throw new StorageFailedException("write", directory, e);
        }
    }

    private void write(byte[] control) throws IOException {
        PostgresMajor major = metadata.major();
        byte[] version = (major.number() + "\n").getBytes(StandardCharsets.US_ASCII);
        createPrivate();
        for (String name : DIRECTORIES) {
            files.createDirectory(directory.resolve(name));
        }
        create(BaseState.VERSION_FILE, version);
        create(BaseState.CONTROL_FILE, control);
        create("global/" + BaseState.MAP_FILE, metadata.globalMap());
        for (int tablespace : metadata.tablespaces().keySet()) {
            Path place = directory.resolve(BaseState.TABLESPACES).resolve(Integer.toUnsignedString(tablespace));
            files.createDirectory(place);
            files.createDirectory(place.resolve(BaseState.versionDirectory(major)));
        }
        for (Map.Entry<DatabaseDirectory, DatabaseFiles> database : metadata.databases().entrySet()) {
            String name = database.getKey().path(major);
            files.createDirectory(directory.resolve(name));
            if (database.getValue().hasVersion()) {
                create(name + "/" + BaseState.VERSION_FILE, version);
            }
            if (database.getValue().hasMap()) {
                create(name + "/" + BaseState.MAP_FILE, database.getValue().map());
            }
        }
        for (Map.Entry<Long, byte[]> prepared : twoPhase(control).entrySet()) {
            create(TwoPhaseFiles.DIRECTORY + "/" + major.twoPhaseFile(prepared.getKey()),
                    TwoPhaseFiles.content(prepared.getValue()));
        }
        if (!metadata.origins().isEmpty()) {
            create(OriginsFile.PATH, OriginsFile.content(metadata.origins()));
        }
    }

    /**
     * Whoever recovers finds in WAL what was prepared after the checkpoint, and may not find it here too: PostgreSQL 17 and
     * 18 take the name of such a file for one of another epoch, fail to remove it, and then pass over the record
     * ({@code REL_18 twophase.c ProcessTwoPhaseBuffer, PrepareRedoAdd}).
     */
    private SortedMap<Long, byte[]> twoPhase(byte[] control) {
        boolean recovers = ControlFile.parse(directory.resolve(BaseState.CONTROL_FILE), control).state()
                != ClusterState.SHUTDOWNED;
        return recovers ? metadata.twoPhase().headMap(metadata.checkPoint().nextXid()) : metadata.twoPhase();
    }

    private void create(String name, byte[] content) throws IOException {
        files.create(directory.resolve(name), content);
    }

    /** PostgreSQL opens nothing that others may read ({@code REL_17 miscinit.c checkDataDir}). */
    private void createPrivate() throws IOException {
        files.createDirectory(directory);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException notPosix) {
            // A file system without modes has nothing to check.
        }
    }
}
