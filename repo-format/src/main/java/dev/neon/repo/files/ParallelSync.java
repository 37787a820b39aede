package dev.neon.repo.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Forces several files and directories to disk at the same time. A file system with a journal writes that once for all
 * who wait for it, so this takes hardly longer than one of them; one after the other, each waits for a write of its own.
 */
final class ParallelSync {
    /** One write of a journal serves all who wait for it, so more of them would hardly wait less; each takes time to start. */
    private static final int THREADS = 4;

    private final FileSteps steps;
    private final List<Path> paths;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    ParallelSync(FileSteps steps, List<Path> paths) {
        this.steps = steps;
        this.paths = paths;
    }

    /** @throws IOException the first failure; then not all need be on disk */
    void run() throws IOException {
        Thread[] others = new Thread[Math.clamp(paths.size() - 1, 0, THREADS - 1)];
        for (int i = 0; i < others.length; i++) {
            // Not a lambda: the first one of a process costs some milliseconds.
            others[i] = new Thread("sync") {
                @Override
                public void run() {
                    work();
                }
            };
            others[i].setDaemon(true);
            others[i].start();
        }
        work();
        await(others);
        Throwable first = failure.get();
        if (first instanceof IOException io) {
            throw io;
        }
        if (first != null) {
            throw new IllegalStateException("unable to sync", first);
        }
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < paths.size() && failure.get() == null; i = next.getAndIncrement()) {
            try {
                steps.sync(paths.get(i));
            } catch (IOException | RuntimeException | Error thrown) {
                failure.compareAndSet(null, thrown);
            }
        }
    }

    /** Nothing may still be written when the caller goes on, an interrupted one included. */
    private static void await(Thread[] threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
