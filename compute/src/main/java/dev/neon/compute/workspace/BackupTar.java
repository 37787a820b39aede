package dev.neon.compute.workspace;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[0-9]*.tar*")) {
            for (Path file : files) {
                throw new UnsupportedException("the backup has an external tablespace in '" + file + "'",
                        "Move its tables to pg_default and drop it, then take the backup again.");
            }
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    private static void unpackOne(Path archive, Path target) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 20);
                TarArchiveInputStream tar = new TarArchiveInputStream(uncompressed(archive, file))) {
            Files.createDirectories(target);
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new InvalidInputException("'" + archive + "' holds the path '" + entry.getName() + "'",
                            "A base backup has no paths that lead out of it.");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                }
            }
        } catch (CompressorException e) {
            throw new InvalidInputException("'" + archive + "' is not a tar archive that neon can read",
                    "Name a base.tar, base.tar.gz, base.tar.zst or base.tar.lz4.");
        } catch (IOException e) {
            throw new StorageFailedException("unpack", archive, e);
        }
    }

    private static InputStream uncompressed(Path archive, InputStream file) throws CompressorException {
        // pg_basebackup writes pg_wal.tar.gz as several streams, one after the other (REL_17 walmethods.c tar_write).
        return archive.getFileName().toString().endsWith(".tar") ? file
                : new CompressorStreamFactory(true).createCompressorInputStream(file);
    }
}
