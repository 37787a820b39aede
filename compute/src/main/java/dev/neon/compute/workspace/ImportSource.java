package dev.neon.compute.workspace;

import dev.neon.compute.binaries.InitialCluster;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.instance.ServerFiles;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.ExternalTablespaces;
import dev.neon.snapshot.TimelineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings what a user names into the form of a data directory that was stopped cleanly. */
final class ImportSource {
    private static final Duration RECOVERY = Duration.ofHours(24);

    private final DurableFiles files;
    private final PostgresSource postgres;
    private final Optional<Integer> major;
    private final Optional<Path> binDirectory;
    private Path directory = Path.of("");
    private boolean ours;

    ImportSource(DurableFiles files, PostgresSource postgres, Optional<Integer> major,
                 Optional<Path> binDirectory) {
        this.files = files;
        this.postgres = postgres;
        this.major = major;
        this.binDirectory = binDirectory;
    }

    /** The data directory. */
    Path directory() {
        return directory;
    }

    /** Whether it is a copy of the user's, in the scratch directory. */
    boolean isOurs() {
        return ours;
    }

    /**
     * @param scratch where a copy is made if the source is not a cleanly stopped data directory
     * @throws InvalidInputException if it is of another major than the one asked for
     * @throws BusyException        if a server runs on it
     * @throws ConflictException    if it was not stopped cleanly and is no base backup
     * @throws UnsupportedException if it has an external tablespace
     */
    ImportSource open(Path source, Path scratch) {
        Optional<Path> tar = BackupTar.find(source);
        if (tar.isPresent()) {
            createPrivate(scratch);
            BackupTar.unpack(tar.get(), scratch);
            ours = true;
            directory = scratch;
        } else {
            directory = requireDataDirectory(source);
        }
        int found = control().major().number();
        major.filter(asked -> asked != found).ifPresent(asked -> {
            throw new InvalidInputException("'" + source + "' was written by PostgreSQL " + found + ", not " + asked,
                    "An import keeps the major version; leave --pg-version out.");
        });
        requireNotRunning();
        binDirectory.ifPresent(named -> postgres.find(control().major().number(), binDirectory));
        ExternalTablespaces.linkedFrom(directory).ifPresent(location -> {
            throw new UnsupportedException("'" + source + "' has an external tablespace at '" + location + "'",
                    "Move its tables to pg_default and drop it, then import.");
        });
        if (Files.exists(directory.resolve("backup_label"))) {
            if (!ours) {
                copyTo(scratch);
            }
            recoverBackup(source);
        }
        requireCleanStop(source);
        return this;
    }

    /** The WAL is copied apart: with pg_basebackup --waldir there is a link, and we would change what it leads to. */
    private void copyTo(Path scratch) {
        createPrivate(scratch);
        files.copyTree(directory, scratch, path -> !path.toString().equals("backup_manifest")
                && !path.toString().equals(DataDirectoryFiles.WAL_DIRECTORY));
        Path wal = directory.resolve(DataDirectoryFiles.WAL_DIRECTORY);
        if (Files.isDirectory(wal)) {
            files.copyTree(wal, scratch.resolve(DataDirectoryFiles.WAL_DIRECTORY), path -> true);
        }
        ours = true;
        directory = scratch;
    }

    private ControlFile control() {
        return ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
    }

    private static Path requireDataDirectory(Path source) {
        if (!Files.exists(source)) {
            throw new NotFoundException("'" + source + "' does not exist",
                    "Name a data directory, or a base backup as a directory or base.tar.");
        }
        if (!Files.exists(source.resolve("PG_VERSION"))
                || !Files.exists(source.resolve(DataDirectoryFiles.CONTROL_FILE))) {
            throw new NotFoundException("'" + source + "' is not a PostgreSQL data directory",
                    "It has no PG_VERSION or no global/pg_control.");
        }
        return source;
    }

    private void requireNotRunning() {
        ServerFiles.livePostmaster(directory).ifPresent(pid -> {
            throw new BusyException("a server is running on '" + directory + "' (pid " + pid + ")",
                    "Stop it, or import a base backup made with pg_basebackup.");
        });
    }

    private void requireCleanStop(Path source) {
        ControlFile control = control();
        if (control.state() == ClusterState.SHUTDOWNED_IN_RECOVERY) {
            throw new ConflictException("'" + source + "' is a standby",
                    "Promote it, or take a base backup with pg_basebackup and import that.");
        }
        if (control.state() != ClusterState.SHUTDOWNED) {
            throw new ConflictException("'" + source + "' was not stopped cleanly",
                    "Start and stop its server once, so that it recovers, then import it.");
        }
    }

    /**
     * A backup becomes consistent by replaying its WAL. A single-user server does that on any major without a port, and
     * stops cleanly at the end of its input; without recovery.signal it stays on its PostgreSQL timeline.
     */
    private void recoverBackup(Path source) {
        for (String signal : List.of("standby.signal", "recovery.signal")) {
            files.delete(directory.resolve(signal));
        }
        Map<String, byte[]> settings = TimelineSettings.read(directory);
        InitialCluster.defaultSettings().forEach((name, content) -> {
            if (!settings.containsKey(name)) {
                files.replace(directory.resolve(name), content);
            }
        });
        PostgresBinaries binaries = postgres.find(control().major().number(), binDirectory);
        ServerUser user = ServerUser.current();
        user.requireReach(binaries.binDir());
        user.own(directory);
        List<String> command = new ArrayList<>(List.of(binaries.program("postgres").toString(), "--single"));
        command.addAll(ServerFiles.standaloneArguments(directory));
        command.add("template1");
        ProgramRun.of(user.wrap(command), RECOVERY).orThrow("The base backup in '" + source
                + "' needs all WAL from its start to its end: take it with 'pg_basebackup -X stream' or '-X fetch'.");
    }

    private static void createPrivate(Path scratch) {
        try {
            Files.createDirectory(scratch,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new StorageFailedException("create", scratch, e);
        }
    }
}
