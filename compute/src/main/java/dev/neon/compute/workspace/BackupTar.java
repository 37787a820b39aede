package dev.neon.compute.workspace;

import dev.neon.compute.binaries.TarUnpacker;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.Directories;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Base backups in the tar format of pg_basebackup: base.tar and pg_wal.tar, plain or compressed. */
final class BackupTar {
    private static final List<String> SUFFIXES = List.of(".tar", ".tar.gz", ".tar.zst", ".tar.lz4");

    private BackupTar() {}

    /** The base.tar that a user means by a file or by the directory it is in. */
    static Optional<Path> find(Path source) {
        if (Files.isRegularFile(source)) {
            return Optional.of(source);
        }
        return named(source, "base");
    }

    private static Optional<Path> named(Path directory, String name) {
        return SUFFIXES.stream().map(suffix -> directory.resolve(name + suffix)).filter(Files::isRegularFile)
                .findFirst();
    }

    /** Unpacks a backup and the WAL beside it into an empty directory. */
    static void unpack(Path base, Path target) {
        Path directory = base.toAbsolutePath().getParent();
        refuseTablespaces(directory);
        unpackOne(base, target);
        Optional<Path> wal = named(directory, "pg_wal");
        if (wal.isPresent()) {
            unpackOne(wal.get(), target.resolve("pg_wal"));
        }
        if (!Files.exists(target.resolve("PG_VERSION"))) {
            throw new InvalidInputException("'" + base + "' holds no PG_VERSION",
                    "Name the base.tar of a backup made with 'pg_basebackup -Ft'.");
        }
    }

    /** pg_basebackup writes each external tablespace into an archive named by its oid. */
    private static void refuseTablespaces(Path directory) {
        try {
            for (Path file : Directories.list(directory,
                    entry -> entry.getFileName().toString().matches("[0-9].*\\.tar.*"))) {
                throw new UnsupportedException("the backup has an external tablespace in '" + file + "'",
                        "Move its tables to pg_default and drop it, then take the backup again.");
            }
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    private static void unpackOne(Path archive, Path target) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 20)) {
            Files.createDirectories(target);
            new TarUnpacker(target, TarUnpacker.Access.OWNER, reason -> refuse(archive, reason))
                    .unpack(uncompressed(archive, file));
        } catch (CompressorException e) {
            throw refuse(archive, "it is not compressed in a way that neon knows");
        } catch (IOException e) {
            throw new StorageFailedException("unpack", archive, e);
        }
    }

    private static InvalidInputException refuse(Path archive, String reason) {
        return new InvalidInputException("'" + archive + "' is not a tar archive that neon can read: " + reason,
                "Name a base.tar, base.tar.gz, base.tar.zst or base.tar.lz4 as 'pg_basebackup -Ft' writes it.");
    }

    private static InputStream uncompressed(Path archive, InputStream file) throws CompressorException {
        // pg_basebackup writes pg_wal.tar.gz as several streams, one after the other (REL_17 walmethods.c tar_write).
        return archive.getFileName().toString().endsWith(".tar") ? file
                : new CompressorStreamFactory(true).createCompressorInputStream(file);
    }
}
