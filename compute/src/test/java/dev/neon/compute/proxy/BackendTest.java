package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.compute.instance.Instance;
import dev.neon.repo.TimelineId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackendTest {
    private Path directory;
    private ServerSocketChannel tcp;
    private Backend backend;

    @BeforeEach
    void listen() throws IOException {
        // Below a short path, as a socket's is limited.
        directory = Files.createTempDirectory("neon-b");
        tcp = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        int port = ((InetSocketAddress) tcp.getLocalAddress()).getPort();
        Instance instance = new Instance(TimelineId.random(), "main", 4711, "", Instant.EPOCH, port, "127.0.0.1", directory, false, List.of(),
                Optional.empty(), "");
        backend = new Backend(instance, UnixDomainSocketAddress.of(instance.socket()));
    }

    @AfterEach
    void end() throws IOException {
        tcp.close();
        Files.deleteIfExists(backend.instance().socket());
        Files.delete(directory);
    }

    /** As a session does, on a virtual thread. */
    private SocketAddress reached() throws Exception {
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            return thread.submit(() -> {
                try (SocketChannel channel = backend.connect()) {
                    Relay.write(channel, (byte) 1);
                    return channel.getRemoteAddress();
                }
            }).get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void theSocketAndWithoutItTheTcpAddress() throws Exception {
        assertEquals(tcp.getLocalAddress(), reached());
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(backend.address())) {
            assertEquals(backend.address(), reached());
        }
        assertEquals(tcp.getLocalAddress(), reached(), "the socket of a server that has crashed");
        tcp.close();
        assertEquals(Refusal.CANNOT_CONNECT_NOW, assertThrows(Refusal.class, backend::connect).state());
    }

    /** Where TCP has a client come again a moment later, a unix socket is refused. */
    @Test
    void aSocketAtWhichTooManyWait() throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(backend.address(), 1)) {
            assertThrows(IOException.class, () -> {
                while (waiting.size() < 100) {
                    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                    waiting.add(channel);
                    channel.configureBlocking(false);
                    channel.connect(socket.getLocalAddress());
                }
            });
            assertEquals(tcp.getLocalAddress(), reached());
        } finally {
            waiting.forEach(Relay::close);
        }
    }
}
