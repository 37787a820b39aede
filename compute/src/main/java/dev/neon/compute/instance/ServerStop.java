package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.Waiting;
import java.time.Duration;
import java.util.List;

/** Ends a postmaster, harder if it does not listen. */
final class ServerStop {
    private static final Duration IMMEDIATE_WAIT = Duration.ofSeconds(10);
    private static final Duration KILL_WAIT = Duration.ofSeconds(5);

    private ServerStop() {}

    /**
     * Sends {@code first} and waits; then SIGQUIT, then SIGKILL.
     *
     * @return the signal that did it
     */
    static ServerSignal stop(Instance instance, ServerSignal first, Duration timeout, Host host) {
        if (sendAndWait(instance, first, timeout, host)) {
            return first;
        }
        for (ServerSignal harder : List.of(ServerSignal.IMMEDIATE, ServerSignal.KILL)) {
            Duration wait = harder == ServerSignal.KILL ? KILL_WAIT : IMMEDIATE_WAIT;
            if (sendAndWait(instance, harder, wait, host)) {
                return harder;
            }
        }
        return ServerSignal.KILL;
    }

    /** Ends a server that never came up. */
    static void end(Instance instance, Host host) {
        stop(instance, ServerSignal.IMMEDIATE, IMMEDIATE_WAIT, host);
    }

    private static boolean sendAndWait(Instance instance, ServerSignal signal, Duration wait, Host host) {
        signal.send(instance.pid());
        return Waiting.until(wait, () -> !host.isAlive(instance.pid()));
    }
}
