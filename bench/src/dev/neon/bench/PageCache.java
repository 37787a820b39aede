package dev.neon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** What the system remembers of files. */
final class PageCache {
    private PageCache() {}

    /**
     * Has it forget the files of a tree, so that they are read from the disk. Other programs keep theirs.
     *
     * @param least the size from which on files are forgotten: it takes milliseconds for each
     */
    static void forget(Path tree, long least) {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> size(file) >= least).toList()) {
                Program.run(tree, Map.of(), "dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
