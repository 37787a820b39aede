package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

    /** A port on which it fails for some times to let somebody in, as when there is no descriptor left. */
    private static final class Exhausted extends ServerSocketChannel {
        private final ServerSocketChannel real = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        private final AtomicInteger failures;

        private Exhausted(int failures) throws IOException {
            super(null);
            this.failures = new AtomicInteger(failures);
        }

        @Override
        public SocketChannel accept() throws IOException {
            if (failures.getAndDecrement() > 0) {
                throw new IOException("Too many open files");
            }
            return real.accept();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) throws IOException {
            return real.getOption(name);
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return real.supportedOptions();
        }

        @Override
        public ServerSocket socket() {
            return real.socket();
        }

        @Override
        public SocketAddress getLocalAddress() throws IOException {
            return real.getLocalAddress();
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            real.close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            real.configureBlocking(block);
        }
    }

    private static int answer(ListenAddress address) throws IOException {
        try (Socket client = new Socket(address.host(), address.port())) {
            client.setSoTimeout(20_000);
            return client.getInputStream().read();
        }
    }

    @Test
    void withoutDescriptorsItWaitsAndSaysSoOnce() throws Exception {
        try (Acceptor acceptor = new Acceptor(new Exhausted(5), AcceptorTest::greet, log::add)) {
            acceptor.start();
            assertEquals('h', answer(acceptor.address()));
            assertEquals(List.of("error: unable to let a client in: Too many open files"), List.copyOf(log));
        }
    }

    private static void greet(SocketChannel client) {
        try (client) {
            Relay.write(client, (byte) 'h');
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aClientThatNobodyCanTakeIsClosedAndOthersGetIn() throws Exception {
        AtomicInteger clients = new AtomicInteger();
        ListenAddress address;
        try (Acceptor acceptor = new Acceptor(new Exhausted(0), client -> {
            if (clients.getAndIncrement() == 0) {
                throw new OutOfMemoryError("no thread");
            }
            greet(client);
        }, log::add)) {
            acceptor.start();
            address = acceptor.address();
            assertEquals(-1, answer(address));
            assertEquals('h', answer(address));
            assertEquals(List.of("error: unable to let a client in: no thread"), List.copyOf(log));
        }
        assertThrows(ConnectException.class, () -> answer(address), "the port is free");
    }
}
