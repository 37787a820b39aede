package dev.neon.sync;

import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.TransferFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does the same with many things, some at a time. */
public final class InParallel {
    private InParallel() {}

    /**
     * Does it. The first failure ends the others as soon as they can be interrupted, and is thrown.
     *
     * @param width how many at a time
     * @param name  of the other side, for people
     */
    public static <T> void each(List<T> things, int width, String name, Consumer<T> action) {
        try (ExecutorService threads = Executors.newFixedThreadPool(width)) {
            List<Future<?>> running = new ArrayList<>();
            things.forEach(thing -> running.add(threads.submit(() -> action.accept(thing))));
            try {
                for (Future<?> each : running) {
                    each.get();
                }
            } catch (ExecutionException failure) {
                threads.shutdownNow();
                throw known(failure.getCause());
            } catch (InterruptedException interrupted) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new TransferFailedException("'" + name + "' was interrupted", "Try again: what has come is kept.");
            }
        }
    }

    private static RuntimeException known(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof NeonException known ? known : new IllegalStateException(cause);
    }
}
