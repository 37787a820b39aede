package dev.neon.compute.daemon;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.proxy.OwnServers;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.LockFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stops the servers that a page server has started, once it has ended. */
public final class OwnServersStop {
    private static final Duration WAIT = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);
    /** Most are stopped sooner, and nothing is to be told of them before. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Workspace workspace;

    public OwnServersStop(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Is told what goes on, from one thread or another. */
    public interface Observer {
        /** @param owner who holds the lock and is waited for, as people are told */
        void waits(String owner);

        /** It takes its time: it writes its checkpoint. @param limit what it has in all before it is stopped harder */
        void takesLong(Instance instance, Duration limit);

        /** @param isGraceful false if it did not write its checkpoint in time, and was stopped harder; the next start recovers it */
        void stopped(Instance instance, boolean isGraceful);

        /** It cannot be stopped. */
        void failed(Instance instance, NeonException failure);
    }

    /**
     * Stops them one after another. The next page server waits until that is done. One that cannot be stopped keeps its line,
     * and the others are stopped all the same.
     *
     * @throws BusyException        if another page server runs by now, or another command stops them for long
     * @throws InterruptedException if no more are to be stopped; they keep their lines
     */
    public void run(Observer observer) throws InterruptedException {
        run(observer, WAIT);
    }

    /** @param wait for another that stops them */
    void run(Observer observer, Duration wait) throws InterruptedException {
        requireNoInterrupt();
        try (LockFile _ = acquire(observer, wait)) {
            OwnServers own = new OwnServers(workspace.repository());
            List<Instances.Listed> listed = workspace.instances().list();
            for (TimelineId timeline : own.timelines()) {
                listed.stream().filter(server -> own.has(server.instance()) && server.instance().timeline().equals(timeline))
                        .findFirst().ifPresentOrElse(server -> stop(own, server, observer), () -> own.remove(timeline));
                requireNoInterrupt();
            }
        }
    }

    private static void requireNoInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private LockFile acquire(Observer observer, Duration wait) throws InterruptedException {
        DaemonFiles files = new DaemonFiles(workspace.repository());
        try {
            return files.acquire(Duration.ZERO);
        } catch (BusyException held) {
            observer.waits(owner(files));
        }
        try {
            return files.acquire(wait);
        } catch (BusyException held) {
            requireNoInterrupt();
            throw explained(held, files);
        }
    }

    private static String owner(DaemonFiles files) {
        return files.owner().map(process -> "process " + process.pid() + " on " + process.host()).orElse("another process");
    }

    private BusyException explained(BusyException held, DaemonFiles files) {
        OwnServers own = new OwnServers(workspace.repository());
        String left = workspace.instances().list().stream().filter(server -> server.isRunning() && own.has(server.instance()))
                .map(server -> server.instance().label()).collect(Collectors.joining(", "));
        return left.isEmpty() ? held : new BusyException("unable to stop the page server's servers on " + left + ": its lock is held by " + owner(files),
                "That may be a command that stops them one after another, or a page server that was started meanwhile: see 'neon pageserver status'."
                        + " 'neon stop <branch>' stops a single one, and with '--mode immediate' without its checkpoint.");
    }

    /** Of those that have crashed, one on a throw-away timeline leaves nothing; the others are left to the next start. */
    private void stop(OwnServers own, Instances.Listed server, Observer observer) {
        Instance instance = server.instance();
        Optional<ServerSignal> sent = Optional.empty();
        Thread teller = Thread.startVirtualThread(() -> tellIfLong(instance, observer));
        try {
            if (server.isRunning() || instance.readOnly()) {
                sent = workspace.instances().stop(instance.timeline(), ServerSignal.FAST, STOP);
            }
            own.remove(instance.timeline());
        } catch (NeonException failure) {
            // Who is interrupted can write no file.
            if (!Thread.currentThread().isInterrupted()) {
                observer.failed(instance, failure);
            }
            return;
        } finally {
            teller.interrupt();
        }
        if (server.isRunning()) {
            observer.stopped(instance, sent.filter(signal -> signal != ServerSignal.FAST).isEmpty());
        }
    }

    private static void tellIfLong(Instance instance, Observer observer) {
        try {
            Thread.sleep(PATIENCE);
            observer.takesLong(instance, STOP);
        } catch (InterruptedException hasEnded) {
            Thread.currentThread().interrupt();
        }
    }
}
