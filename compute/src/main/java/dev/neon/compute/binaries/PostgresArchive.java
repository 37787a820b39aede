package dev.neon.compute.binaries;

import dev.neon.repo.error.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs in a file: a tar compressed with xz (bin/, lib/, share/ at its top), or a jar that holds one
 * such {@code .txz}.
 */
final class PostgresArchive {
    private final Path file;
    private final Path target;

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
        PostgresArchive archive = new PostgresArchive(file, target);
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
        new TarUnpacker(target, TarUnpacker.Access.ALL, this::refuse).unpack(decompress(compressed));
    }

    private InputStream decompress(InputStream compressed) {
        try {
            return new XZCompressorInputStream(new BufferedInputStream(compressed, 1 << 16));
        } catch (IOException e) {
            throw refuse("it is not compressed with xz");
        }
    }

    private InvalidInputException refuse(String reason) {
        return new InvalidInputException("'" + file + "' is not an archive of PostgreSQL's programs: " + reason,
                "Give the .jar or .txz of the embedded PostgreSQL binaries, or a directory that holds bin/postgres.");
    }
}
