package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** The bytes of one session behind TLS, on two virtual threads; as {@link Forwarding} does it for those in the clear. */
final class TlsForwarding {
    private static final int BUFFER_BYTES = 32 << 10;

    private final ScheduledExecutorService timer;
    private final TlsChannel client;
    private final SocketChannel server;
    private final Forwarding.Traffic traffic;

    private TlsForwarding(ScheduledExecutorService timer, TlsChannel client, SocketChannel server, Forwarding.Traffic traffic) {
        this.timer = timer;
        this.client = client;
        this.server = server;
        this.traffic = traffic;
    }

    /**
     * Passes bytes until both ends are closed, which it sees to.
     *
     * @param seen gets each piece that the server sends before the client does, to look at
     */
    static void untilEnd(ScheduledExecutorService timer, TlsChannel client, SocketChannel server, Forwarding.Traffic traffic,
            Consumer<ByteBuffer> seen) throws InterruptedException {
        TlsForwarding forwarding = new TlsForwarding(timer, client, server, traffic);
        Thread up = Thread.ofVirtual().start(forwarding::up);
        try {
            forwarding.down(seen);
        } finally {
            // The server is gone, so nothing of the client can matter any more; it may still read.
            ScheduledFuture<?> deadline = forwarding.closeSoon();
            Relay.close(server);
            client.endOutput();
            up.join();
            client.drain();
            deadline.cancel(false);
            Relay.close(client.socket());
        }
    }

    private ScheduledFuture<?> closeSoon() {
        return timer.schedule(() -> Relay.close(client.socket()), Forwarding.FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void up() {
        try {
            do {
                ByteBuffer plain = client.plain();
                traffic.fromClients().add(plain.remaining());
                while (plain.hasRemaining()) {
                    server.write(plain);
                }
            } while (client.fill());
        } catch (SSLException forged) {
            closeSoon();
            client.endOutput();
        } catch (IOException broken) {
            // The other direction ends by it as well, or has something left to tell.
        } finally {
            Relay.endOutput(server);
        }
    }

    private void down(Consumer<ByteBuffer> seen) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (server.read(buffer.clear()) >= 0) {
                buffer.flip();
                traffic.toClients().add(buffer.remaining());
                seen.accept(buffer);
                client.write(buffer);
            }
        } catch (IOException broken) {
            // One of the two is gone.
        }
    }
}
