package dev.neon.repo.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Lists directories. A {@link DirectoryStream} throws an unchecked exception when the disk fails half-way. */
public final class Directories {
    private Directories() {}

    /** The entries of a directory in the order of their names, so that a run can be repeated step by step. */
    public static List<Path> list(Path directory) throws IOException {
        return list(directory, entry -> true);
    }

    /** The entries that {@code include} accepts, in the order of their names. */
    public static List<Path> list(Path directory, Predicate<Path> include) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                if (include.test(entry)) {
                    entries.add(entry);
                }
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        entries.sort(null);
        return entries;
    }

    /** The bytes of a file, or of all files below a directory; links to directories are not followed. What vanishes counts 0. */
    public static long bytes(Path place) throws IOException {
        try {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return Files.isRegularFile(place) ? Files.size(place) : 0;
            }
            long sum = 0;
            for (Path child : list(place)) {
                sum += bytes(child);
            }
            return sum;
        } catch (NoSuchFileException vanished) {
            return 0;
        }
    }
}
