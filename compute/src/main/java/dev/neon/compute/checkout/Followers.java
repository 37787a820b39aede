package dev.neon.compute.checkout;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Servers on timelines that a name leaves. With {@code restart} they follow it: each is stopped before the name moves, and is
 * to be started with the same port and settings afterwards.
 */
final class Followers {
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Workspace workspace;
    private final boolean restart;
    private final List<Instance> stopped = new ArrayList<>();

    Followers(Workspace workspace, boolean restart) {
        this.workspace = workspace;
        this.restart = restart;
    }

    /** Makes the data directory of where a server is to follow, while it still runs: so it is away for a moment only. */
    void prepare(TimelineId from, TimelineId to) {
        if (restart && !from.equals(to) && workspace.instances().find(from).isPresent()) {
            workspace.instances().prepare(to);
        }
    }

    /**
     * Stops the server on a timeline, if one runs and may.
     *
     * @return the one that goes on because it may not be stopped
     */
    Optional<Instance> stop(TimelineId timeline) {
        Optional<Instance> running = workspace.instances().find(timeline);
        if (running.isPresent() && restart) {
            try {
                workspace.instances().stop(timeline, ServerSignal.FAST, STOP);
            } catch (RuntimeException failure) {
                if (Thread.currentThread().isInterrupted()) {
                    // It goes down all the same, and is to come back.
                    stopped.add(running.get());
                }
                throw failure;
            }
            stopped.add(running.get());
            return Optional.empty();
        }
        return running;
    }

    /**
     * As {@link #stop}, where a server may not go on.
     *
     * @param what the server runs on, for people
     * @throws BusyException if one runs and is not to be restarted
     */
    void require(TimelineId timeline, String what) {
        stop(timeline).ifPresent(server -> {
            throw new BusyException("a server is running on " + what + " (port " + server.port() + ")",
                    "Take it along with '--restart', or end it with 'neon stop" + (server.label().equals("HEAD") ? "" : " " + server.label())
                            + "' first.");
        });
    }

    /** Whether a server was stopped. */
    boolean haveStopped() {
        return !stopped.isEmpty();
    }

    /** What starts those that were stopped on another timeline. */
    List<StartRequest> on(TimelineId timeline, String label) {
        return stopped.stream().map(server -> server.again(timeline, label)).toList();
    }

    /** What starts elsewhere the one that was stopped on a timeline. */
    Optional<StartRequest> follow(TimelineId from, TimelineId to, String label) {
        return stopped.stream().filter(server -> server.timeline().equals(from)).findFirst().map(server -> server.again(to, label));
    }

    /** Starts what was stopped where it was, since the operation has failed, or was interrupted. */
    void back(RuntimeException failure) {
        boolean isInterrupted = Thread.interrupted();
        for (Instance server : stopped) {
            try {
                // For one that was interrupted on its way down.
                workspace.instances().stop(server.timeline(), ServerSignal.FAST, STOP);
                workspace.start(server.again());
            } catch (RuntimeException second) {
                failure.addSuppressed(second);
                workspace.repository().context().warnings().tell("the server on " + server.label() + ", port " + server.port()
                        + ", was stopped and could not be started again: " + second.getMessage());
            }
        }
        stopped.clear();
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
