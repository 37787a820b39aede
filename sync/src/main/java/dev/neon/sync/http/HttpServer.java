package dev.neon.sync.http;

import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.tls.Pem;
import java.net.BindException;
import java.time.Clock;
import java.util.function.Consumer;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves repositories over HTTP/1.1 and HTTP/2, in the clear or over TLS. */
public final class HttpServer implements AutoCloseable {
    /** What is written to a connection at a time. */
    private static final int OUTPUT_BUFFER = 1 << 18;
    /** Threads beside those that answer: for accepting, for the selector, and to tell that all others are busy. */
    private static final int OTHER_THREADS = 16;
    /** Connections are cheap beside requests, and a client has several. */
    private static final int CONNECTIONS_PER_REQUEST = 8;

    private final Server server;
    private final ServerConnector connector;
    private final ServerSettings settings;

    private HttpServer(Server server, ServerConnector connector, ServerSettings settings) {
        this.server = server;
        this.connector = connector;
        this.settings = settings;
    }

    /**
     * Starts one; it answers when this returns.
     *
     * @param tokens who has one is let in
     * @param log    takes a line for each request
     * @throws BusyException if the port is taken
     */
    public static HttpServer start(ServerSettings settings, TokenFile tokens, Repositories repositories, Clock clock, Consumer<String> log) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.mostRequests() + OTHER_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1, protocols(settings));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idle().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(settings.mostRequests() * CONNECTIONS_PER_REQUEST, connector));
        Access access = new Access(tokens, clock, settings.allowed(), settings.anonymous());
        Metrics metrics = new Metrics();
        // The log and the metrics see all requests that the handler takes, and graceful stop waits for them.
        server.setHandler(new GracefulHandler(new Handler.Sequence(
                new RequestHandler(settings, new ServedRoot(settings.root()), repositories, access, metrics, new AccessLog(log), clock),
                new PageHandler(access, metrics))));
        server.setStopTimeout(settings.grace().toMillis());
        try {
            server.start();
        } catch (Exception failure) {
            stop(server);
            throw refused(settings, failure);
        }
        return new HttpServer(server, connector, settings);
    }

    private static NeonException refused(ServerSettings settings, Exception failure) {
        String place = settings.host() + ':' + settings.port();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new BusyException("unable to listen on " + place + ": " + cause.getMessage(), "Name another port, or 0 for any.");
            }
            if (cause instanceof NeonException known) {
                return known;
            }
        }
        return new UnsupportedException("unable to listen on " + place + ": " + failure.getMessage(), "Check the address and the certificate.");
    }

    private static ConnectionFactory[] protocols(ServerSettings settings) {
        HttpConfiguration http = new HttpConfiguration();
        http.setOutputBufferSize(OUTPUT_BUFFER);
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        if (settings.tls().isEmpty()) {
            return new ConnectionFactory[] {new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http)};
        }
        // Whoever has the certificate's address typed it; which name of several they used does not matter here.
        http.addCustomizer(new SecureRequestCustomizer(false));
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(Pem.identity(settings.tls().get().certificate(), settings.tls().get().key()));
        ssl.setKeyStorePassword("");
        return new ConnectionFactory[] {new SslConnectionFactory(ssl, alpn.getProtocol()), alpn,
            new HTTP2ServerConnectionFactory(http), new HttpConnectionFactory(http)};
    }

    /** The port on which it listens. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Its address: {@code http://127.0.0.1:8080}. */
    public String address() {
        String host = settings.host().contains(":") ? '[' + settings.host() + ']' : settings.host();
        return (settings.tls().isPresent() ? "https://" : "http://") + host + ':' + port();
    }

    /** Takes no more requests, and ends when those that run have ended or their time is over. */
    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception late) {
            // Requests that took longer are broken off; their senders go on where they were.
        }
    }
}
