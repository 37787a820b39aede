package dev.neon.sync;

import dev.neon.repo.error.TransferFailedException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something that is found out on a thread of its own, while it may still have to wait for what it is about. */
final class ReadAhead<T> implements AutoCloseable {
    private final FutureTask<T> task;
    private final Thread thread;

    ReadAhead(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = new Thread(task, "read-ahead");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for it. What it failed with is thrown. */
    T result() {
        try {
            return task.get();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransferFailedException("the transfer was interrupted", "Try again: what has come is kept.");
        }
    }

    /** Interrupts it and waits until it has ended. */
    @Override
    public void close() {
        thread.interrupt();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
