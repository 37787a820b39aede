package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Invocation;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.sync.wire.PatientStreams;
import dev.neon.sync.wire.WireServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code neon serve --stdio}: until the other side ends the connection, or is gone. */
final class StdioService {
    private static final String HINT = "What has come is kept for its next try.";
    private static final long LOOK_MILLIS = 500;
    private static final int BUFFER = 1 << 16;

    private StdioService() {}

    /**
     * Answers. Who only waits in vain is left behind in its thread, since nothing wakes it up; the process is about to end.
     *
     * @param patience for how long nothing need move
     */
    static void run(Invocation invocation, WireServer server, Duration patience) throws InterruptedException {
        PatientStreams streams = new PatientStreams(invocation.environment().in(), invocation.environment().bytes());
        FutureTask<Void> answering = new FutureTask<>(() -> {
            server.serve(streams.in(), new BufferedOutputStream(streams.out(), BUFFER));
            return null;
        });
        Thread thread = Thread.ofPlatform().daemon().name("serve").start(answering);
        try {
            while (!streams.waits(patience)) {
                try {
                    answering.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException goesOn) {
                    continue;
                }
            }
            throw new TransferFailedException("the other side broke off: nothing moved for " + patience.toSeconds() + " s", HINT);
        } catch (ExecutionException failure) {
            throw failed(failure.getCause());
        } catch (InterruptedException told) {
            thread.interrupt();
            // What it is at besides waiting for the other side, it ends in order.
            while (!streams.waits(Duration.ZERO) && !thread.join(Duration.ofMillis(LOOK_MILLIS))) {
                continue;
            }
            throw told;
        }
    }

    private static RuntimeException failed(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof IOException broken
                ? new TransferFailedException("the other side broke off: " + broken.getMessage(), HINT, broken) : (RuntimeException) failure;
    }
}
