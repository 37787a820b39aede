package dev.neon.repo.repository;

import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.LockFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A directory beside the data directories, for one command: {@code datadirs/scratch-<number>}. It goes when it is closed;
 * what crashes left behind goes when the next one is made. A lock for each tells them apart.
 */
public final class ScratchDirectory implements AutoCloseable {
    /** With what their names begin, and those of their locks. */
    public static final String PREFIX = "scratch-";

    private final Repository repository;
    private final LockFile lock;
    private final Path path;

    private ScratchDirectory(Repository repository, LockFile lock, Path path) {
        this.repository = repository;
        this.lock = lock;
        this.path = path;
    }

    /** Makes one, which is empty, and removes those that are left over. */
    public static ScratchDirectory make(Repository repository) {
        repository.files().createDirectories(repository.dataDirectories());
        removeLeftOver(repository);
        // Names need not be secret.
        String name = PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LockFile lock = repository.lock(name);
        ScratchDirectory scratch = new ScratchDirectory(repository, lock, repository.dataDirectories().resolve(name));
        try {
            repository.files().createDirectories(scratch.path);
            return scratch;
        } catch (RuntimeException failure) {
            scratch.close();
            throw failure;
        }
    }

    private static void removeLeftOver(Repository repository) {
        try {
            for (Path old : Directories.list(repository.dataDirectories(),
                    entry -> entry.getFileName().toString().startsWith(PREFIX))) {
                try (LockFile owner = repository.lock(old.getFileName().toString(), Duration.ZERO)) {
                    repository.files().deleteTree(old);
                } catch (BusyException inUse) {
                    // Another command's.
                }
            }
        } catch (NoSuchFileException none) {
            // No data directory was made yet.
        } catch (IOException e) {
            throw new StorageFailedException("read", repository.dataDirectories(), e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        // An interrupted thread could remove half of it.
        boolean interrupted = Thread.interrupted();
        try (lock) {
            repository.files().deleteTree(path);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
