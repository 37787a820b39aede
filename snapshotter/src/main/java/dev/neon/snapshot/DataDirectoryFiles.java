package dev.neon.snapshot;

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
    public static final Path CONTROL_FILE = Path.of("global", "pg_control");

    /** Where a server of ours writes its pid for others: a place, so that no imported setting names one elsewhere. */
    public static final String EXTERNAL_PID_FILE = "postmaster.external.pid";

    /** Name of the WAL directory below a data directory. */
    public static final String WAL_DIRECTORY = "pg_wal";

    /** The directories whose entries mean nothing once the server is gone; the directories themselves are required. */
    private static final Set<String> EMPTIED = Set.of("pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial",
            "pg_snapshots", "pg_stat_tmp", "pg_subtrans");

    private static final Set<String> DROPPED = Set.of("backup_label", "backup_label.old", "backup_manifest",
            "current_logfiles", EXTERNAL_PID_FILE, "pg_internal.init", "postgresql.auto.conf.tmp", "postmaster.opts", "postmaster.pid",
            "recovery.signal", "standby.signal", "tablespace_map", "tablespace_map.old");

    private DataDirectoryFiles() {}

    /** Whether a copy needs the entry at this path, relative to the data directory. */
    public static Predicate<Path> worthKeeping() {
        return DataDirectoryFiles::isWorthKeeping;
    }

    private static boolean isWorthKeeping(Path relative) {
        String name = relative.getFileName().toString();
        boolean topLevel = relative.getNameCount() == 1;
        if (DROPPED.contains(name) || name.startsWith("pgsql_tmp")) {
            return false;
        }
        if (topLevel) {
            return !SETTINGS.contains(name) && !name.equals(WAL_DIRECTORY);
        }
        return !EMPTIED.contains(relative.getName(0).toString());
    }
}
