package dev.neon.sync;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.TransferFailedException;
import java.util.concurrent.TimeUnit;

/**
 * Holds transfers back to so many bytes a second, before compression and over all connections together:
 * {@code transfer.limitRate}. Whoever takes part waits; the other side is held back by what is not read or sent.
 */
final class RateLimit {
    static final String KEY = "transfer.limitRate";
    /** More than anybody waits for. */
    private static final long NONE = Long.MAX_VALUE;

    private final long bytesPerSecond;
    /** When the bytes so far are due, by {@link System#nanoTime}. */
    private long due = System.nanoTime();

    private RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** @throws InvalidInputException if it is no size, or none at all */
    static RateLimit of(RepositoryConfig config) {
        long limit = config.getBytes(KEY).orElse(NONE);
        if (limit <= 0) {
            throw new InvalidInputException("invalid value '" + limit + "' of '" + KEY + "'", "It is bytes a second, for example 10MB.");
        }
        return new RateLimit(limit);
    }

    /** Waits until some bytes may have come or gone. */
    void take(long bytes) {
        if (bytesPerSecond == NONE) {
            return;
        }
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            due = Math.max(due, now) + (long) (bytes * 1e9 / bytesPerSecond);
            wait = due - now;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransferFailedException("the transfer was interrupted", "Try again: what has come is kept.");
        }
    }
}
