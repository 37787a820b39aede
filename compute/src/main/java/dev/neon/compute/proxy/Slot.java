package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** A server that clients use, have used lately, or wait for. All of it but the target is guarded by the monitor of the {@link Slots}. */
final class Slot {
    /**
     * What runs there, as was known last.
     *
     * @param isOwn  whether the page server has started it, and so stops it
     * @param memory bytes; empty if it was not measured yet, is gone, or the operating system does not tell
     */
    record Server(Instance instance, boolean isOwn, Optional<Long> memory) {
        /** Whether it is the same process. */
        boolean is(Instance other) {
            return instance.pid() == other.pid() && instance.incarnation().equals(other.incarnation());
        }
    }

    final Target target;
    Optional<Server> server = Optional.empty();
    /** Clients that use the server or wait for it. */
    int users;
    /** While one of them looks for the server or starts it: what comes of that, for all who come meanwhile. */
    Optional<CompletableFuture<Backend>> start = Optional.empty();
    /** Whether a server that is to be started waits for room. */
    boolean isAsking;
    /** Whether a server that is being started is counted already. */
    boolean hasPlace;
    /** While the server is being stopped: completed when it is gone, or stays. */
    Optional<CompletableFuture<Void>> leaving = Optional.empty();
    /** Counts the times at which it became idle. */
    int idles;
    long idleSince;
    Optional<ScheduledFuture<?>> suspension = Optional.empty();

    Slot(Target target) {
        this.target = target;
    }

    /** Whether somebody starts, stops or looks for the server. */
    boolean isBusy() {
        return start.isPresent() || leaving.isPresent();
    }

    boolean hasOwnServer() {
        return server.filter(Server::isOwn).isPresent();
    }

    /** Whether the server may be stopped. */
    boolean isIdle() {
        return users == 0 && !isBusy() && hasOwnServer();
    }
}
