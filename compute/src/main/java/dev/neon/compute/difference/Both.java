package dev.neon.compute.difference;

import dev.neon.repo.error.PostgresFailedException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/** The same for each side. */
record Both<T>(T from, T to) {
    /** Does something for both sides at the same time; the second in a thread of its own. */
    static <S, T> Both<T> of(Both<S> sides, Function<S, T> work) {
        FutureTask<T> second = new FutureTask<>((Callable<T>) () -> work.apply(sides.to()));
        Thread thread = Thread.ofPlatform().daemon().start(second);
        T first;
        try {
            first = work.apply(sides.from());
        } catch (RuntimeException failure) {
            thread.interrupt();
            await(second, failure);
            throw failure;
        }
        try {
            return new Both<>(first, result(second, thread));
        } catch (RuntimeException failure) {
            discard(first);
            throw failure;
        }
    }

    private static void discard(Object result) {
        if (result instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception unclosed) {
                throw new IllegalStateException(unclosed);
            }
        }
    }

    private static <T> T result(FutureTask<T> task, Thread thread) {
        while (true) {
            try {
                return task.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException e) {
                thread.interrupt();
                await(task, new PostgresFailedException("interrupted", "", ""));
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void await(FutureTask<?> task, RuntimeException failure) {
        boolean interrupted = Thread.interrupted();
        try {
            discard(task.get());
        } catch (ExecutionException also) {
            failure.addSuppressed(also.getCause());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
