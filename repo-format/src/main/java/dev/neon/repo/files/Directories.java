package dev.neon.repo.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
}
