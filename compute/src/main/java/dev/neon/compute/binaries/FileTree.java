package dev.neon.compute.binaries;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * How many regular files a directory holds, and how large they are together. Symbolic links are never followed.
 *
 * @param files the number of regular files
 * @param bytes the sum of their sizes
 */
record FileTree(long files, long bytes) {
    static FileTree measure(Path directory) throws IOException {
        class Measuring extends SimpleFileVisitor<Path> {
            long files;
            long bytes;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files++;
                    bytes += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }
        }
        Measuring measuring = new Measuring();
        Files.walkFileTree(directory, measuring);
        return new FileTree(measuring.files, measuring.bytes);
    }

    /**
     * Copies what is in a directory into another, which exists, with permissions; links are copied as links. Blocks are
     * shared where the file system can.
     */
    static void copy(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(source)) {
                    copyTo(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copyTo(file);
                return FileVisitResult.CONTINUE;
            }

            private void copyTo(Path path) throws IOException {
                Files.copy(path, target.resolve(source.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            }
        });
    }

    /** Removes a directory and all that is in it, or a file; nothing if there is none. */
    static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
                if (failed != null && !(failed instanceof NoSuchFileException)) {
                    throw failed;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
