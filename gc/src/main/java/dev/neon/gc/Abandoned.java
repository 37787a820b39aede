package dev.neon.gc;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What killed or broken off commands have left, and nobody goes on with. */
final class Abandoned {
    /** A draft that is older belongs to no command any more. */
    private static final Duration DRAFT = Duration.ofDays(1);
    /** What was received so far is kept for a next try: that may come after a weekend. */
    private static final Duration TRANSFER = Duration.ofDays(7);
    /** Below a sender's directory: timelines, and in these the directories in which files come. */
    private static final int LEVELS = 3;

    private final Repository repository;

    Abandoned(Repository repository) {
        this.repository = repository;
    }

    /** Removes it. */
    void remove() {
        Instant now = Instant.now();
        Path timelines = repository.directory().resolve("timelines");
        list(timelines).stream().filter(DurableFiles::isTemporary).filter(draft -> changed(draft, 0).isBefore(now.minus(DRAFT)))
                .forEach(repository.files()::deleteTree);
        list(repository.directory().resolve("incoming")).stream()
                .filter(transfer -> changed(transfer, LEVELS).isBefore(now.minus(TRANSFER))).forEach(repository.files()::deleteTree);
    }

    /** When a directory, or one so many levels below it, got or lost an entry last. */
    private static Instant changed(Path path, int levels) {
        try {
            Instant changed = Files.getLastModifiedTime(path).toInstant();
            if (levels > 0 && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : list(path)) {
                    Instant below = changed(entry, levels - 1);
                    changed = below.isAfter(changed) ? below : changed;
                }
            }
            return changed;
        } catch (NoSuchFileException gone) {
            return Instant.MAX;
        } catch (IOException failure) {
            throw new StorageFailedException("read", path, failure);
        }
    }

    private static List<Path> list(Path directory) {
        try {
            return Directories.list(directory);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("clean", directory, failure);
        }
    }
}
