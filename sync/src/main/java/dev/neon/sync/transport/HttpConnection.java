package dev.neon.sync.transport;

import dev.neon.sync.wire.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A repository behind a server, over HTTP/2 or TLS: a POST to {@code <address>/neon/<verb>} for each exchange. The bodies are
 * streams both ways, and are not compressed: what is worth it is so already. The other form is {@link Http1Connection}.
 */
final class HttpConnection implements Connection {
    static final String CONTENT_TYPE = "application/x-neon";
    /** One exchange waits for the disk while another fills the line. */
    static final int WIDTH = 4;

    private final HttpClient client;
    private final URI address;
    private final Optional<String> token;
    private final Duration patience;
    private boolean isToBeUpgraded;

    /**
     * @param isToBeUpgraded whether HTTP/2 is wished for where only a request without a body can ask for it
     * @param patience       how long nothing need come from the other side
     */
    HttpConnection(HttpClient client, URI address, Optional<String> token, boolean isToBeUpgraded, Duration patience) {
        this.patience = patience;
        this.client = client;
        this.address = address;
        this.token = token;
        this.isToBeUpgraded = isToBeUpgraded;
    }

    @Override
    public Exchange begin(String verb) throws IOException {
        upgrade();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/neon/" + verb))
                .header("Content-Type", CONTENT_TYPE).header("Accept", CONTENT_TYPE);
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return new HttpExchange(request);
    }

    private synchronized void upgrade() throws IOException {
        if (isToBeUpgraded) {
            isToBeUpgraded = false;
            HttpAnswer.await(client.sendAsync(HttpRequest.newBuilder(address.resolve("/healthz")).build(), HttpResponse.BodyHandlers.discarding()), patience);
        }
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public boolean isNear() {
        return isLoopback(address);
    }

    /** Whether the other side is on this machine. */
    static boolean isLoopback(URI address) {
        try {
            return InetAddress.getByName(address.getHost()).isLoopbackAddress();
        } catch (UnknownHostException nowhere) {
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private final class HttpExchange implements Exchange {
        private final HttpRequest.Builder request;
        private final RequestBody body;

        HttpExchange(HttpRequest.Builder request) {
            this.request = request;
            this.body = new RequestBody(this::send, patience);
        }

        private CompletableFuture<HttpResponse<InputStream>> send(HttpRequest.BodyPublisher publisher) {
            // Who is refused should not send gigabytes first.
            boolean isLong = publisher.contentLength() < 0;
            return client.sendAsync(request.POST(publisher).expectContinue(isLong).build(), HttpResponse.BodyHandlers.ofInputStream());
        }

        @Override
        public OutputStream request() {
            return body;
        }

        @Override
        public InputStream answer() throws IOException {
            HttpResponse<InputStream> response = HttpAnswer.await(body.response(), patience);
            String type = response.headers().firstValue("Content-Type").orElse("");
            if (type.equals(CONTENT_TYPE)) {
                // A refusal too is told in the protocol, with the server's own hint.
                return new WatchedInput(response.body(), patience);
            }
            response.body().close();
            throw HttpRefusal.of(address, response.statusCode(), response.headers().firstValue("Location"));
        }

        /** To close a stream of HTTP/2 before its end resets it, and the server would see its answer broken off. */
        @Override
        public void end(InputStream answer) throws IOException {
            if (answer.read() >= 0) {
                throw new IOException("an answer goes on behind its end");
            }
        }

        @Override
        public void close() {
            body.abort();
        }
    }
}
