package dev.neon.sync.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the JDK's HTTP client brings, and no longer than for a time. */
final class HttpAnswer {
    private HttpAnswer() {}

    /** @throws IOException with what can be told of the failure */
    static <T> T await(CompletableFuture<T> response, Duration patience) throws IOException {
        try {
            return response.get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException stuck) {
            response.cancel(true);
            throw new IOException("no answer came for " + patience.toSeconds() + " s", stuck);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException broken ? new IOException(reason(broken), broken)
                    : new IOException(String.valueOf(failure.getCause()), failure.getCause());
        } catch (InterruptedException interrupted) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** The client's own exceptions often have no message. */
    private static String reason(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return failure instanceof ConnectException ? "nobody listens there" : failure.getClass().getSimpleName();
    }
}
