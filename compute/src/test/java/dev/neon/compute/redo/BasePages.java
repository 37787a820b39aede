package dev.neon.compute.redo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The relations of a stopped cluster, kept for {@link ClusterPages}. */
final class BasePages {
    private BasePages() {}

    static void copy(Path data, Path target) throws IOException {
        for (String directory : List.of("base", "global", "pg_tblspc")) {
            try (Stream<Path> files = Files.walk(data.resolve(directory))) {
                for (Path file : files.toList()) {
                    Path copy = target.resolve(data.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.copy(file, copy);
                    }
                }
            }
        }
    }
}
