package dev.neon.compute.daemon;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The daemon over HTTP, on a loopback address. Requests are read on virtual threads, of which there are as many as connections, so
 * those who send slowly hold up nobody; answers are made by a few platform threads, since that reads files.
 */
final class StatusServer implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final int WORKERS = 2;
    private static final int GRACE_SECONDS = 1;

    /** The JDK's server takes its limits from properties of the process, which nothing else here uses. */
    private static final Map<String, String> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", "64",
            "sun.net.httpserver.maxIdleConnections", "16",
            "sun.net.httpserver.idleInterval", "15",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            // With none, even an empty body counts as not read, and connections end after each answer.
            "sun.net.httpserver.drainAmount", "1024",
            // In seconds. Stopping a server may take a minute.
            "sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "90");

    private final HttpServer server;
    private final RequestGuard guard;
    private final StatusRoutes routes;
    private final Consumer<String> log;
    private final ExecutorService connections = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pageserver-http-", 0).factory());
    private final ExecutorService readers = workers("pageserver-http-read-", WORKERS);
    /** Apart, since it takes long: whoever asks for the state meanwhile is answered. */
    private final ExecutorService changers = workers("pageserver-http-change-", WORKERS);

    private StatusServer(HttpServer server, RequestGuard guard, StatusRoutes routes, Consumer<String> log) {
        this.server = server;
        this.guard = guard;
        this.routes = routes;
        this.log = log;
    }

    private static ExecutorService workers(String name, int count) {
        return Executors.newFixedThreadPool(count, Thread.ofPlatform().daemon().name(name, 0).factory());
    }

    /**
     * Listens.
     *
     * @throws BusyException if the port is taken
     */
    static StatusServer start(ListenAddress address, AccessToken token, StatusRoutes routes, Consumer<String> log) {
        HttpServer http = create(address);
        StatusServer server = new StatusServer(http, new RequestGuard(token), routes, log);
        http.setExecutor(server.connections);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** Checks that the port can be had now. @throws BusyException if somebody else has it */
    static void requireFree(ListenAddress address) {
        // Not by a server: one that was never started keeps its port for as long as the process lives.
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(place(address), BACKLOG);
        } catch (IOException failure) {
            throw unable(address, failure);
        }
    }

    private static HttpServer create(ListenAddress address) {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        try {
            return HttpServer.create(place(address), BACKLOG);
        } catch (IOException failure) {
            throw unable(address, failure);
        }
    }

    private static InetSocketAddress place(ListenAddress address) {
        return new InetSocketAddress(address.loopback(), address.port());
    }

    private static NeonException unable(ListenAddress address, IOException failure) {
        return failure instanceof BindException taken
                ? new BusyException("unable to tell the state on " + address + ": " + taken.getMessage(), "Something else listens there. Name"
                        + " another port with 'neon config set pageserver.http 127.0.0.1:9899', or none with 'off'.")
                : new StorageFailedException("listen on", Path.of(address.toString()), failure);
    }

    /** Where it listens, with the port that it really has. */
    ListenAddress address() {
        InetSocketAddress local = server.getAddress();
        return new ListenAddress(local.getAddress().getHostAddress(), local.getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(HttpExchange exchange) throws InterruptedException {
        Optional<Answer> refused = guard.check(exchange);
        if (refused.isPresent()) {
            return refused.get();
        }
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        boolean isReading = method.equals("GET") || method.equals("HEAD");
        if (!isReading && !method.equals("POST")) {
            return Answer.error(405, "method not allowed").with("Allow", "GET, HEAD, POST");
        }
        if (hasBody(exchange)) {
            return Answer.error(413, "no request has a body here");
        }
        if (isReading) {
            return on(readers, () -> routes.get(path));
        }
        Optional<Answer> stranger = guard.checkToken(exchange);
        return stranger.isPresent() ? stranger.get() : on(changers, () -> routes.post(path));
    }

    private static boolean hasBody(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length != null && !length.strip().equals("0") || exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    }

    /** Makes an answer. */
    private interface Work {
        Answer run();
    }

    private Answer on(ExecutorService workers, Work work) throws InterruptedException {
        try {
            return workers.submit(work::run).get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NeonException expected) {
                return Answer.error(503, String.valueOf(expected.getMessage()));
            }
            log.accept("error: internal error in an answer over HTTP: " + failure.getCause());
            return Answer.error(500, "internal error of the page server, see its log");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.type());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(headers::set);
        if (answer.status() == 413) {
            // What still comes is not a request.
            headers.set("Connection", "close");
        }
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            headers.set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(answer.status(), isHead ? -1 : body.length);
        if (!isHead) {
            // Closing the exchange would first wait for what is left of the request.
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(GRACE_SECONDS);
        connections.shutdownNow();
        readers.shutdownNow();
        changers.shutdownNow();
    }
}
