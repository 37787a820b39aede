package dev.neon.compute.daemon;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.proxy.OwnServers;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.LockFile;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Stops the servers that a page server has started, once it has ended. */
public final class OwnServersStop {
    private static final Duration WAIT = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Workspace workspace;

    public OwnServersStop(Workspace workspace) {
        this.workspace = workspace;
    }

    /**
     * Stops them one after another. The next page server waits until that is done. One that cannot be stopped keeps its line,
     * and the others are stopped all the same.
     *
     * @param stopped is told of each that ran
     * @param failed  is told of each that cannot be stopped
     * @throws dev.neon.repo.error.BusyException if another page server runs by now
     */
    public void run(Consumer<Instance> stopped, BiConsumer<Instance, NeonException> failed) {
        try (LockFile _ = new DaemonFiles(workspace.repository()).acquire(WAIT)) {
            OwnServers own = new OwnServers(workspace.repository());
            List<Instances.Listed> listed = workspace.instances().list();
            for (TimelineId timeline : own.timelines()) {
                listed.stream().filter(server -> own.has(server.instance()) && server.instance().timeline().equals(timeline))
                        .findFirst().ifPresentOrElse(server -> stop(own, server, stopped, failed), () -> own.remove(timeline));
            }
        }
    }

    /** Of those that have crashed, one on a throw-away timeline leaves nothing; the others are left to the next start. */
    private void stop(OwnServers own, Instances.Listed server, Consumer<Instance> stopped, BiConsumer<Instance, NeonException> failed) {
        Instance instance = server.instance();
        try {
            if (server.isRunning() || instance.readOnly()) {
                workspace.instances().stop(instance.timeline(), ServerSignal.FAST, STOP);
            }
            own.remove(instance.timeline());
        } catch (NeonException failure) {
            failed.accept(instance, failure);
            return;
        }
        if (server.isRunning()) {
            stopped.accept(instance);
        }
    }
}
