package dev.neon.sync;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Forces files to disk while others are still received. Streams of the same speed would all come to the end of a file, and wait for the disk,
 * at the same time.
 */
final class SyncAside implements AutoCloseable {
    private static final int THREADS = 2;

    private final FileSteps steps;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Map<Path, Future<?>> begun = new ConcurrentHashMap<>();

    SyncAside(FileSteps steps) {
        this.steps = steps;
    }

    /** Has a file synced; several threads may call it. */
    void add(Path file) {
        begun.put(file, threads.submit(() -> {
            steps.sync(file);
            return null;
        }));
    }

    /**
     * Waits until all are on disk. The system tells a failure only once, so nobody may go on without this.
     *
     * @throws StorageFailedException if one is not
     */
    void finish() {
        for (Map.Entry<Path, Future<?>> each : begun.entrySet()) {
            try {
                each.getValue().get();
            } catch (ExecutionException failure) {
                throw failed(each.getKey(), failure.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new TransferFailedException("the transfer was interrupted", "Try again: what has come is kept.");
            }
        }
    }

    private static RuntimeException failed(Path file, Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException failure ? new StorageFailedException("sync", file, failure)
                : cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Forgets what has not begun, and waits for what has. */
    @Override
    public void close() {
        begun.values().forEach(each -> each.cancel(false));
        threads.close();
    }
}
