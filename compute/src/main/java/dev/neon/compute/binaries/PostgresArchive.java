package dev.neon.compute.binaries;

import dev.neon.repo.error.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs in a file: a tar compressed with xz (bin/, lib/, share/ at its top), or a jar that holds one
 * such {@code .txz}. Entries and links that lead out of the target are refused.
 */
final class PostgresArchive {
    private static final int ANY_EXECUTE = 0111;

    private final Path file;
    private final Path target;
    private final Set<Path> directories = new HashSet<>();

    private PostgresArchive(Path file, Path target) {
        this.file = file;
        this.target = target;
    }

    /**
     * Unpacks into an empty directory.
     *
     * @throws InvalidInputException if the file is neither kind, is cut short, or leads out of the target
     * @throws IOException           if the file cannot be read or the target not written
     */
    static void unpack(Path file, Path target) throws IOException {
        PostgresArchive archive = new PostgresArchive(file, target.toRealPath());
        if (!file.toString().endsWith(".jar")) {
            try (InputStream in = Files.newInputStream(file)) {
                archive.unpackTar(in);
            }
            return;
        }
        try (ZipFile jar = new ZipFile(file.toFile())) {
            ZipEntry txz = jar.stream().filter(entry -> entry.getName().endsWith(".txz")).findFirst()
                    .orElseThrow(() -> archive.refuse("it holds no .txz"));
            try (InputStream in = jar.getInputStream(txz)) {
                archive.unpackTar(in);
            }
        } catch (ZipException e) {
            throw archive.refuse("it is not a jar");
        }
    }

    private void unpackTar(InputStream compressed) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(decompress(compressed))) {
            for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
                unpack(entry, tar);
            }
        }
    }

    private InputStream decompress(InputStream compressed) {
        try {
            return new XZCompressorInputStream(new BufferedInputStream(compressed, 1 << 16));
        } catch (IOException e) {
            throw refuse("it is not compressed with xz");
        }
    }

    private TarArchiveEntry next(TarArchiveInputStream tar) {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw refuse("it is damaged or cut short");
        }
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        Path path = inside(target.resolve(entry.getName()), entry);
        if (entry.isDirectory()) {
            parentOf(path.resolve("any"), entry);
            return;
        }
        parentOf(path, entry);
        if (entry.isSymbolicLink()) {
            inside(path.resolveSibling(entry.getLinkName()), entry);
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, inside(target.resolve(entry.getLinkName()), entry));
        } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            throw refuse("'" + entry.getName() + "' is neither file, directory nor link");
        } else {
            write(entry, tar, path);
        }
    }

    private void write(TarArchiveEntry entry, TarArchiveInputStream tar, Path path) throws IOException {
        Files.createFile(path);
        try (var out = Files.newOutputStream(path)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = read(tar, buffer); n >= 0; n = read(tar, buffer)) {
                out.write(buffer, 0, n);
            }
        }
        boolean executable = (entry.getMode() & ANY_EXECUTE) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Failing to read is the archive's fault, failing to write is the disk's. */
    private int read(TarArchiveInputStream tar, byte[] buffer) {
        try {
            return tar.read(buffer);
        } catch (IOException e) {
            throw refuse("it is damaged or cut short");
        }
    }

    /** Creates the directories above a path; none of them may be a link, through which an entry could lead out. */
    private void parentOf(Path path, TarArchiveEntry entry) throws IOException {
        Path parent = path.getParent();
        if (directories.add(parent)) {
            Files.createDirectories(parent);
            if (!parent.toRealPath().equals(parent)) {
                throw leadsOut(entry);
            }
        }
    }

    private Path inside(Path path, TarArchiveEntry entry) {
        Path normal = path.normalize();
        if (!normal.startsWith(target)) {
            throw leadsOut(entry);
        }
        return normal;
    }

    private InvalidInputException leadsOut(TarArchiveEntry entry) {
        return refuse("'" + entry.getName() + "' leads out of the archive");
    }

    private InvalidInputException refuse(String reason) {
        return new InvalidInputException("'" + file + "' is not an archive of PostgreSQL's programs: " + reason,
                "Give the .jar or .txz of the embedded PostgreSQL binaries, or a directory that holds bin/postgres.");
    }
}
