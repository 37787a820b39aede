package dev.neon.sync.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The body of a request, as a stream to write to. A short one is sent when it is closed, with its length; of a longer one
 * block after block, as fast as the other side takes them. One thread writes.
 */
final class RequestBody extends BlockOutput {
    private static final int BLOCKS = 8;

    private final Function<HttpRequest.BodyPublisher, CompletableFuture<HttpResponse<InputStream>>> send;
    private final long patience;
    private Optional<CompletableFuture<HttpResponse<InputStream>>> response = Optional.empty();
    private Optional<Blocks> blocks = Optional.empty();
    /** Why nothing more is sent. */
    private Optional<IOException> failure = Optional.empty();
    private boolean isClosed;

    /**
     * @param send     called once, when it is known whether the body is short
     * @param patience how long the other side need take nothing: it may sync what it has before it takes more
     */
    RequestBody(Function<HttpRequest.BodyPublisher, CompletableFuture<HttpResponse<InputStream>>> send, Duration patience) {
        this.patience = patience.toSeconds();
        this.send = send;
    }

    /**
     * What is answered; after the body was closed.
     *
     * @throws IOException if the other side did not take all of it: it will not answer either
     */
    CompletableFuture<HttpResponse<InputStream>> response() throws IOException {
        if (failure.isPresent()) {
            throw new IOException(failure.get().getMessage(), failure.get());
        }
        return begun();
    }

    private CompletableFuture<HttpResponse<InputStream>> begun() {
        return response.orElseThrow(() -> new IllegalStateException("the request is not closed yet"));
    }

    @Override
    void pass() throws IOException {
        if (blocks.isEmpty()) {
            Blocks begun = new Blocks();
            blocks = Optional.of(begun);
            response = Optional.of(send.apply(HttpRequest.BodyPublishers.fromPublisher(begun)));
        }
        try {
            blocks.get().put(ByteBuffer.wrap(block, 0, filled), begun(), patience);
        } catch (IOException stuck) {
            failure = Optional.of(stuck);
            abort();
            throw stuck;
        }
        renew();
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (blocks.isEmpty()) {
            response = Optional.of(send.apply(HttpRequest.BodyPublishers.ofByteArray(block, 0, filled)));
        } else {
            if (filled > 0) {
                pass();
            }
            blocks.get().publisher.close();
        }
    }

    /** Gives up what has not ended. */
    void abort() {
        if (!isClosed) {
            isClosed = true;
            blocks.ifPresent(begun -> begun.publisher.closeExceptionally(new IOException("broken off")));
        }
        response.filter(each -> !each.isDone()).ifPresent(each -> each.cancel(true));
    }

    /** What the HTTP client takes the body from. */
    private static final class Blocks implements Flow.Publisher<ByteBuffer> {
        private final SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Executors.newVirtualThreadPerTaskExecutor(), BLOCKS);
        private final CompletableFuture<Void> taker = new CompletableFuture<>();
        private final AtomicBoolean isTaken = new AtomicBoolean();

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            if (isTaken.compareAndSet(false, true)) {
                publisher.subscribe(subscriber);
                taker.complete(null);
                return;
            }
            // The HTTP client tries again on another connection, but what is gone cannot be given twice.
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(new IOException("the connection ended"));
        }

        private static final Flow.Subscription NOTHING = new Flow.Subscription() {
            @Override
            public void request(long number) {
                // As the name says.
            }

            @Override
            public void cancel() {
                // As the name says.
            }
        };

        /** Waits for room. What nobody wants any more is forgotten: the answer is there, or the failure, and tells why. */
        void put(ByteBuffer content, CompletableFuture<HttpResponse<InputStream>> response, long patience) throws IOException {
            try {
                CompletableFuture.anyOf(taker, response).get(patience, TimeUnit.SECONDS);
                for (long seconds = 0; !isRefused(response); seconds++) {
                    if (publisher.getNumberOfSubscribers() == 0) {
                        return;
                    }
                    if (publisher.offer(content, 1, TimeUnit.SECONDS, (_, _) -> false) >= 0) {
                        return;
                    }
                    if (seconds == patience || Thread.currentThread().isInterrupted()) {
                        throw stuck(patience);
                    }
                }
            } catch (ExecutionException failed) {
                // The answer is where that is told.
            } catch (TimeoutException stuck) {
                throw stuck(patience);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        }

        private static IOException stuck(long patience) {
            return new IOException("the other side took nothing for " + patience + " s");
        }

        private static boolean isRefused(CompletableFuture<HttpResponse<InputStream>> response) {
            return response.isDone() && (response.isCompletedExceptionally() || response.join().statusCode() != 200);
        }
    }
}
