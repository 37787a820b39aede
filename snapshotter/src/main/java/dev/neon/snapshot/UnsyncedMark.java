package dev.neon.snapshot;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file in a data directory that was not forced to disk: it names the boot of the machine in which that was made. In a
 * later boot nobody knows what a power cut has left of it. To make it again takes less than to force it to disk.
 */
final class UnsyncedMark {
    static final String FILE_NAME = "neon.boot";

    private UnsyncedMark() {}

    /** Marks a directory, durably; where boots have no name all of it is forced to disk instead. */
    static void put(Repository repository, Path directory) {
        String boot = repository.context().process().boot();
        if (boot.length() <= 1) {
            repository.files().syncTree(directory);
            return;
        }
        Path file = directory.resolve(FILE_NAME);
        try {
            FileSteps steps = repository.context().steps();
            steps.create(file, (boot + "\n").getBytes(StandardCharsets.UTF_8));
            steps.sync(file);
            steps.sync(directory);
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }

    /** Whether a directory may have lost what was written to it. */
    static boolean isOfEarlierBoot(Repository repository, Path directory) {
        Path file = directory.resolve(FILE_NAME);
        try {
            return !Files.readString(file).strip().equals(repository.context().process().boot());
        } catch (NoSuchFileException synced) {
            return false;
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }
}
