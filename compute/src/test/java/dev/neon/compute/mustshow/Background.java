package dev.neon.compute.mustshow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A thread whose failure is that of the test. */
final class Background {
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

    private Background() {}

    /** Work that may fail. */
    interface Work {
        void run() throws Exception;
    }

    static Background start(Work work) {
        Background background = new Background();
        Thread.ofPlatform().start(() -> {
            try {
                work.run();
                background.outcome.complete(true);
            } catch (Exception | AssertionError failure) {
                background.outcome.completeExceptionally(failure);
            }
        });
        return background;
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** Waits for the end. */
    void join() {
        try {
            outcome.join();
        } catch (CompletionException e) {
            throw new AssertionError("in the background: " + e.getCause(), e.getCause());
        }
    }
}
