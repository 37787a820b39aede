package dev.neon.compute.proxy;

import dev.neon.compute.proxy.StartupPacket.Startup;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** One client, from its first byte to its last. Runs on a virtual thread. */
final class ClientSession {
    /** For the startup packet, and for the client to take what it was told last. */
    static final Duration STARTUP = Duration.ofSeconds(30);
    /** For a server to take a cancel request. */
    static final Duration CANCEL = Duration.ofSeconds(5);

    private final PageServer server;
    private final SocketChannel client;
    private Optional<TlsChannel> tls = Optional.empty();
    private Optional<ServerName> serverName = Optional.empty();

    ClientSession(PageServer server, SocketChannel client) {
        this.server = server;
        this.client = client;
    }

    void run() {
        try {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            Optional<StartupPacket> packet = startup();
            if (packet.orElse(null) instanceof StartupPacket.Cancel cancel) {
                cancel(cancel);
            } else if (packet.orElse(null) instanceof Startup startup) {
                server.clients().admit(client);
                serve(startup);
            }
        } catch (Refusal refusal) {
            refuse(refusal);
        } catch (IOException broken) {
            // The client is gone, or was too slow.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            server.log("error: internal error in a session: " + bug);
        } finally {
            Relay.close(client);
        }
    }

    /** The packet that is no request for encryption. */
    private Optional<StartupPacket> startup() throws IOException, Refusal {
        Negotiation negotiation = server.negotiation(client);
        try (PageServer.Deadline _ = server.closeAfter(STARTUP, client)) {
            return negotiation.run();
        } finally {
            tls = negotiation.tls();
            serverName = negotiation.serverName();
        }
    }

    private void serve(Startup startup) throws IOException, Refusal, InterruptedException {
        BranchChoice choice = BranchChoice.of(startup);
        try (ServerPool.Use use = use(choice.revision()); SocketChannel backend = use.backend().connect()) {
            Relay.write(backend, choice.forwarded().toBytes());
            forward(use.backend(), backend);
        }
    }

    /** Starting and looking things up is work, for which virtual threads are not. */
    private ServerPool.Use use(Optional<String> revision) throws Refusal, InterruptedException {
        try {
            return server.workers().submit(() -> server.pool().use(target(revision))).get();
        } catch (RejectedExecutionException ended) {
            throw Refusal.ending();
        } catch (ExecutionException failure) {
            throw switch (failure.getCause()) {
                case Refusal refusal -> refusal;
                case NeonException expected -> refusal(Refusal.CANNOT_CONNECT_NOW, expected);
                case Throwable bug -> {
                    server.log("error: internal error in a start: " + bug);
                    yield new Refusal(Refusal.CANNOT_CONNECT_NOW, "internal error of the page server: " + bug, Optional.empty(), Optional.empty());
                }
            };
        }
    }

    /** Only here that something is not found means the branch: a start may miss PostgreSQL's programs, for example. */
    private Target target(Optional<String> revision) throws Refusal {
        try {
            return server.target(revision, serverName);
        } catch (NotFoundException | InvalidInputException unknown) {
            throw refusal(Refusal.INVALID_CATALOG_NAME, unknown);
        }
    }

    private Refusal refusal(String state, NeonException failure) {
        if (state.equals(Refusal.CANNOT_CONNECT_NOW)) {
            server.log("error: " + failure.getMessage());
        }
        return new Refusal(state, String.valueOf(failure.getMessage()),
                failure instanceof PostgresFailedException failed ? Optional.of(failed.output()) : Optional.empty(), failure.hint());
    }

    private void forward(Backend to, SocketChannel backend) throws InterruptedException {
        AtomicReference<CancelKey> key = new AtomicReference<>();
        BackendKeyWatch watch = new BackendKeyWatch();
        try {
            EventLoop loop = server.loop();
            Side side = tls.map(channel -> channel.inLoop(loop)).orElse(new Side.Plain(client));
            Forwarding.untilEnd(loop, server.timer(), side, new Side.Plain(backend), server.traffic(), bytes -> {
                if (!watch.isDone()) {
                    watch.accept(bytes).ifPresent(found -> {
                        key.set(found);
                        server.cancelTargets().put(found, to);
                    });
                }
            });
        } finally {
            CancelKey found = key.get();
            if (found != null) {
                server.cancelTargets().remove(found, to);
            }
        }
    }

    /** Nobody is answered, as PostgreSQL does it. */
    private void cancel(StartupPacket.Cancel cancel) throws IOException, Refusal {
        Backend target = server.cancelTargets().get(cancel.key());
        if (target != null) {
            server.statistics().cancelled();
            try (SocketChannel backend = target.connect(); PageServer.Deadline _ = server.closeAfter(CANCEL, backend)) {
                Relay.write(backend, cancel.bytes());
                // The client may take the end of its connection for the end of its request.
                Relay.drain(backend);
            }
        }
        farewell(Optional.empty());
    }

    private void refuse(Refusal refusal) {
        server.statistics().refused(refusal.state());
        farewell(Optional.of(refusal));
    }

    /** Lets the client read to the end. */
    private void farewell(Optional<Refusal> refusal) {
        try (PageServer.Deadline _ = server.closeAfter(Forwarding.FAREWELL, client)) {
            if (refusal.isPresent() && tls.isPresent()) {
                tls.get().write(ByteBuffer.wrap(refusal.get().toBytes()));
            } else if (refusal.isPresent()) {
                Relay.write(client, refusal.get().toBytes());
            }
            tls.ifPresentOrElse(TlsChannel::endOutput, () -> Relay.endOutput(client));
            Relay.drain(client);
        } catch (IOException gone) {
            // Nobody is left to be told.
        } finally {
            Relay.close(client);
        }
    }
}
