package dev.neon.compute.proxy;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.Waiting;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Listens on one address, and connects each client to a server on the branch that it names. */
public final class PageServer implements AutoCloseable {
    /** For sessions to end by themselves when the page server does; and for what is then refused. */
    private static final Duration SESSIONS_END = Duration.ofSeconds(3), REFUSALS = Duration.ofSeconds(1);
    /** Half of the processors: clients and servers work on the same machine, and one loop passes more than they send. */
    private static final int LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);

    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ServerPool pool;
    private final Clients clients;
    private final TlsMode tlsMode;
    private final Optional<TlsIdentity> tls;
    private final Map<CancelKey, Backend> cancelTargets = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("pageserver-worker-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("pageserver-timer").factory());

    private final Acceptor acceptor;
    private final Forwarding.Traffic traffic = new Forwarding.Traffic();
    private final ProxyStatistics statistics = new ProxyStatistics(traffic);
    private final BranchCreation creation;
    private final List<EventLoop> loops;
    private final AtomicInteger nextLoop = new AtomicInteger();

    private PageServer(ServerSocketChannel listener, Supplier<Workspace> workspaces, Consumer<String> log, List<EventLoop> loops) {
        this.workspaces = workspaces;
        this.log = log;
        this.acceptor = new Acceptor(listener, this::letIn, log);
        this.loops = loops;
        Repository repository = workspaces.get().repository();
        this.clients = new Clients(ProxySettings.maxConnections(repository.config()));
        this.tlsMode = TlsMode.of(repository.config());
        this.tls = tlsMode == TlsMode.OFF ? Optional.empty() : Optional.of(TlsIdentity.open(repository, log));
        this.pool = new ServerPool(workspaces, log, statistics);
        this.creation = new BranchCreation(workspaces, log, statistics);
        // Else each session would leave its deadline there for half a minute.
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Listens, and goes on with the servers of an earlier page server. Closing it ends sessions and leaves servers.
     *
     * @param workspaces one for each operation on the repository
     * @param log        takes lines for people, from several threads
     * @throws dev.neon.repo.error.BusyException if the port is taken
     */
    public static PageServer start(ListenAddress address, Supplier<Workspace> workspaces, Consumer<String> log) {
        ServerSocketChannel listener = address.open();
        List<EventLoop> loops = new ArrayList<>();
        try {
            for (int i = 0; i < LOOPS; i++) {
                loops.add(EventLoop.start("pageserver-forward-" + i, log));
            }
            PageServer server = new PageServer(listener, workspaces, log, loops);
            server.acceptor.start();
            return server;
        } catch (RuntimeException failure) {
            try {
                listener.close();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            loops.forEach(EventLoop::close);
            throw failure;
        }
    }

    /** Where it listens, with the port that it really has. */
    public ListenAddress address() {
        return acceptor.address();
    }

    private void letIn(SocketChannel client) {
        statistics.connected();
        clients.enter(client);
        try {
            Thread.ofVirtual().start(() -> {
                try {
                    new ClientSession(this, client).run();
                } finally {
                    clients.leave(client);
                }
            });
        } catch (RuntimeException | Error failure) {
            clients.leave(client);
            throw failure;
        }
    }

    Target target(Optional<String> revision, Optional<ServerName> serverName) {
        try {
            return Target.find(workspaces.get(), revision, serverName);
        } catch (NotFoundException unknown) {
            Optional<String> named = revision.or(() -> serverName.map(ServerName::name));
            if (named.isEmpty() || !creation.make(named.get())) {
                throw unknown;
            }
            return Target.find(workspaces.get(), revision, serverName);
        }
    }

    /** What comes before a client's startup packet. */
    Negotiation negotiation(SocketChannel client) {
        return new Negotiation(client, tls, tlsMode == TlsMode.REQUIRE, log, () -> clients.spoke(client));
    }

    ServerPool pool() {
        return pool;
    }

    /** The loop for a new session: each gets its share. */
    EventLoop loop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    Forwarding.Traffic traffic() {
        return traffic;
    }

    Clients clients() {
        return clients;
    }

    ExecutorService workers() {
        return workers;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** A time after which a channel is closed, unless this is closed before. */
    interface Deadline extends AutoCloseable {
        @Override
        void close();
    }

    /** Closes a channel after a while; at once if the page server has ended. */
    Deadline closeAfter(Duration time, SocketChannel channel) {
        try {
            ScheduledFuture<?> closing = timer.schedule(() -> Relay.close(channel), time.toMillis(), TimeUnit.MILLISECONDS);
            return () -> closing.cancel(false);
        } catch (RejectedExecutionException ended) {
            Relay.close(channel);
            return () -> { };
        }
    }

    Map<CancelKey, Backend> cancelTargets() {
        return cancelTargets;
    }

    void log(String line) {
        log.accept(line);
    }

    /** How many clients are connected, those that still start up too. */
    public int connections() {
        return clients.connected();
    }

    /** How many deadlines wait for their time. */
    int deadlines() {
        return timer.getQueue().size();
    }

    /** What it has done since its start. */
    public ProxyStatistics statistics() {
        return statistics;
    }

    /** The servers that clients use or have used lately, by branch. */
    public List<ServerStatus> servers() {
        return pool.servers();
    }

    /** What the servers take that it has started, looked at again if that was long ago. */
    public MemoryUse memory() {
        return pool.memory();
    }

    /**
     * Stops the server on a branch, as {@code neon stop} does: sessions on it are broken off. The next client starts it again.
     * Blocks for as long as that takes.
     *
     * @param branch as {@link ServerStatus#branch} has it
     * @throws NotFoundException if the page server has started none there
     * @throws dev.neon.repo.error.BusyException if it is being started or stopped
     */
    public void stop(String branch) {
        pool.stop(branch);
    }

    @Override
    public void close() {
        acceptor.close();
        pool.close();
        endSessions();
        loops.forEach(EventLoop::close);
        // Those that have not come so far are refused.
        Waiting.until(REFUSALS, () -> clients.sessions() == 0);
        clients.closeAll();
        workers.shutdown();
        timer.shutdownNow();
    }

    /** Has PostgreSQL tell its clients that their sessions end: it alone knows between which bytes that can be said. */
    private void endSessions() {
        loops.forEach(EventLoop::hurry);
        Host host = Host.current();
        Set<CancelKey> ending = new HashSet<>();
        Waiting.until(SESSIONS_END, () -> {
            cancelTargets.forEach((key, backend) -> {
                if (!ending.contains(key) && host.endChild(backend.instance().pid(), key.pid())) {
                    ending.add(key);
                }
            });
            return ending.stream().noneMatch(cancelTargets::containsKey);
        });
    }
}
