package dev.neon.slice;

import dev.neon.repo.error.BusyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Work in pieces, which several threads share out among themselves. The first failure ends it for all. */
public final class ParallelWork {
    private final int threads;

    /** @param threads how many there may be at once */
    public ParallelWork(int threads) {
        this.threads = threads;
    }

    /** As many threads as there are processors. */
    public static ParallelWork onAllProcessors() {
        return new ParallelWork(Runtime.getRuntime().availableProcessors());
    }

    /** What one thread works with. */
    public interface Worker<T> extends AutoCloseable {
        void work(T piece);

        /** Is called once there are no pieces left; if a piece has failed it may be called or not. */
        default void finish() {}

        @Override
        default void close() {}
    }

    /**
     * Does all pieces, and returns when no thread works any more.
     *
     * @param pieces  the longest first, so that the threads end at about the same time
     * @param workers makes one for each thread
     * @throws BusyException if the thread is interrupted meanwhile; and whatever a worker throws
     */
    public <T> void run(List<T> pieces, Supplier<? extends Worker<T>> workers) {
        Queue<T> left = new ConcurrentLinkedQueue<>(pieces);
        int count = Math.min(threads, pieces.size());
        if (count <= 1) {
            work(left, workers);
            return;
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(pool.submit(() -> work(left, workers)));
            }
            await(running, left);
        }
    }

    private static <T> void work(Queue<T> left, Supplier<? extends Worker<T>> workers) {
        try (Worker<T> worker = workers.get()) {
            for (T piece = left.poll(); piece != null; piece = left.poll()) {
                worker.work(piece);
            }
            worker.finish();
        } catch (RuntimeException | Error failure) {
            left.clear();
            throw failure;
        }
    }

    private static void await(List<Future<?>> running, Queue<?> left) {
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException failure) {
            // The others end after their piece; closing the pool waits for them.
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure.getCause();
        } catch (InterruptedException interrupted) {
            left.clear();
            running.forEach(each -> each.cancel(true));
            Thread.currentThread().interrupt();
            throw new BusyException("interrupted", "Run the command again.");
        }
    }
}
