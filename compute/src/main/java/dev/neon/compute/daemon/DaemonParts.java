package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.MemoryUse;
import dev.neon.compute.proxy.PageServer;
import dev.neon.compute.proxy.ServerStatus;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.repository.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The parts of a daemon as those see them who tell of it: at its start and its end not all are there. Safe for threads. */
final class DaemonParts {
    private final String version;
    private final Instant since;
    private final Readiness readiness = new Readiness();
    private volatile Optional<PageServer> server = Optional.empty();
    private volatile Optional<Housekeeping> housekeeping = Optional.empty();

    DaemonParts(String version, Instant since) {
        this.version = version;
        this.since = since;
    }

    Readiness readiness() {
        return readiness;
    }

    Optional<PageServer> server() {
        return server;
    }

    Optional<Housekeeping> housekeeping() {
        return housekeeping;
    }

    void set(PageServer started) {
        server = Optional.of(started);
    }

    void set(Housekeeping started) {
        housekeeping = Optional.of(started);
    }

    DaemonReport report(Supplier<Workspace> workspaces) {
        Workspace workspace = workspaces.get();
        Repository repository = workspace.repository();
        List<ServerStatus> servers = server.map(PageServer::servers).orElse(List.of());
        return new DaemonReport(version, repository.directory(), repository.context().process().pid(), since, repository.context().clock().instant(),
                readiness, server.flatMap(DaemonParts::address), server.map(PageServer::connections).orElse(0), servers,
                server.flatMap(DaemonParts::memory), new WalLag(workspace).of(servers), server.map(started -> started.statistics().counts()),
                housekeeping.map(Housekeeping::reports).orElse(List.of()), ProcessUse.now());
    }

    private static Optional<MemoryUse> memory(PageServer server) {
        try {
            return Optional.of(server.memory());
        } catch (NeonException invalid) {
            // The setting was changed by hand; those who are refused for it are told.
            return Optional.empty();
        }
    }

    private static Optional<ListenAddress> address(PageServer server) {
        try {
            return Optional.of(server.address());
        } catch (IllegalStateException closed) {
            return Optional.empty();
        }
    }
}
