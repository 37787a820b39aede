package dev.neon.snapshot;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which files of a PostgreSQL data directory are worth keeping.
 *
 * <p>What is dropped is what a base backup drops ({@code REL_17 basebackup.c excludeDirContents, excludeFiles}), with
 * the WAL, which has a place of its own, and the configuration files, which are kept by timeline.
 */
public final class DataDirectoryFiles {
    /** The files that a person edits, ALTER SYSTEM's included; kept in {@code timelines/<id>/settings/}. */
    public static final List<String> SETTINGS =
            List.of("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf");

    /** Path of the control file below a data directory. */
    public static final String CONTROL_FILE = "global/pg_control";

    /** Where a server of ours writes its pid for others: a place, so that no imported setting names one elsewhere. */
    public static final String EXTERNAL_PID_FILE = "postmaster.external.pid";

    /** Name of the WAL directory below a data directory. */
    public static final String WAL_DIRECTORY = "pg_wal";

    /** Name of the directory of replication slots below a data directory. */
    static final String REPLICATION_SLOTS = "pg_replslot";

    /** The directories whose entries mean nothing once the server is gone; the directories themselves are required. */
    private static final Set<String> EMPTIED = Set.of("pg_dynshmem", "pg_notify", REPLICATION_SLOTS, "pg_serial",
            "pg_snapshots", "pg_stat_tmp", "pg_subtrans");

    private static final Set<String> DROPPED = Set.of("backup_label", "backup_label.old", "backup_manifest",
            "current_logfiles", "neon.conf", UnsyncedMark.FILE_NAME, EXTERNAL_PID_FILE, "pg_internal.init", "postgresql.auto.conf.tmp",
            "postmaster.opts", "postmaster.pid", "recovery.signal", "standby.signal", "tablespace_map", "tablespace_map.old");

    private DataDirectoryFiles() {}

    /** Whether a copy needs the entry at this path, relative to the data directory. */
    public static Predicate<Path> worthKeeping() {
        return DataDirectoryFiles::isWorthKeeping;
    }

    /** Copies what is worth keeping of a data directory, and tells the repository's progress about it. */
    static void copy(Repository repository, Path from, Path to) {
        Progress progress = repository.context().progress();
        long total = Progress.UNKNOWN_TOTAL;
        if (progress != Progress.NONE) {
            // Adding up costs a look at each file, so only if somebody watches.
            try {
                total = bytes(from);
            } catch (StorageFailedException vanished) {
                // A server removes files meanwhile; then the end is not foreseen.
            }
        }
        try (Progress.Task task = progress.begin("copying the data directory", total, Progress.Unit.BYTES)) {
            repository.files().copyTree(from, to, worthKeeping(), task::advance);
        }
    }

    /** What the files in a directory hold, blocks shared with others counted in full. */
    static long bytes(Path directory) {
        try {
            return Directories.bytes(directory);
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    /** What is in a directory, itself left out. */
    static List<Path> entries(Path directory) {
        try {
            return Directories.list(directory);
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    /** Files of an image that was about to take the copy's place, when something interrupted it. */
    private static boolean isOfImage(String name) {
        return name.equals(MetadataFile.NAME) || LayerFile.isLayer(name);
    }

    private static boolean isWorthKeeping(Path relative) {
        String name = relative.getFileName().toString();
        boolean topLevel = relative.getNameCount() == 1;
        if (DROPPED.contains(name) || name.startsWith("pgsql_tmp")) {
            return false;
        }
        if (topLevel) {
            return !SETTINGS.contains(name) && !name.equals(WAL_DIRECTORY) && !isOfImage(name);
        }
        return !EMPTIED.contains(relative.getName(0).toString());
    }
}
