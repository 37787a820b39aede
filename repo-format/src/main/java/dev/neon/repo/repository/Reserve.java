package dev.neon.repo.repository;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Some room on the disk, {@code run/reserve}, that is given up when a full disk is to be cleaned: even a lock file takes a
 * block.
 */
public final class Reserve {
    /** Enough for a dozen files of one block. */
    private static final int BYTES = 64 << 10;

    private final DurableFiles files;
    private final Path file;

    public Reserve(Repository repository) {
        this(repository.files(), repository.runDirectory());
    }

    Reserve(DurableFiles files, Path runDirectory) {
        this.files = files;
        this.file = runDirectory.resolve("reserve");
    }

    /** Gives the room up, if it is there. */
    public void release() {
        if (Files.exists(file)) {
            files.delete(file);
        }
    }

    /** Takes the room, if there is any. */
    public void keep() {
        if (Files.exists(file)) {
            return;
        }
        try {
            files.createDirectories(file.getParent());
            files.replace(file, new byte[BYTES]);
        } catch (StorageFailedException full) {
            // The next one may find more.
            return;
        }
    }
}
