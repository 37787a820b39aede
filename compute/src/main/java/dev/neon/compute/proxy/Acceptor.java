package dev.neon.compute.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** The thread that takes clients from a port, until it is closed. */
final class Acceptor implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel listener;
    private final Consumer<SocketChannel> clients;
    private final Consumer<String> log;
    private final RepeatedFailure failures;
    private final Thread thread = Thread.ofPlatform().daemon().name("pageserver-accept").unstarted(this::run);

    /**
     * Lets nobody in before {@link #start}.
     *
     * @param listener is closed with this
     * @param clients  takes each; one that it fails with is closed
     * @param log      takes lines for people
     */
    Acceptor(ServerSocketChannel listener, Consumer<SocketChannel> clients, Consumer<String> log) {
        this.listener = listener;
        this.clients = clients;
        this.log = log;
        this.failures = new RepeatedFailure(log);
    }

    void start() {
        thread.start();
    }

    /** Where it listens, with the port that it really has. */
    ListenAddress address() {
        try {
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            return new ListenAddress(local.getAddress().getHostAddress(), local.getPort());
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private void run() {
        while (listener.isOpen()) {
            try {
                letIn(listener.accept());
            } catch (IOException | RuntimeException | Error failure) {
                if (listener.isOpen()) {
                    // There is no descriptor left, for example.
                    failures.add("error: unable to let a client in: " + failure.getMessage());
                    pause();
                }
            }
        }
    }

    private void letIn(SocketChannel client) {
        try {
            clients.accept(client);
        } catch (RuntimeException | Error failure) {
            Relay.close(client);
            throw failure;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** The port is free when this returns. */
    @Override
    public void close() {
        try {
            listener.close();
            // It is free only when nobody waits for clients there any more.
            thread.join();
        } catch (IOException failure) {
            log.accept("error: unable to close the port: " + failure.getMessage());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
