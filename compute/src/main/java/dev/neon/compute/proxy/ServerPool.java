package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.process.Host;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The servers that clients use. Of those who want the same at the same time one starts it, and the others wait for what comes of that. Each server
 * that nobody uses any more is stopped after a while, if it was started here.
 *
 * <p>Starts take seconds of work, so everything here is to be called from platform threads.
 */
final class ServerPool implements AutoCloseable {
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    /** Of a timeline: a path, for which no file is read. */
    private final Function<TimelineId, Path> dataDirectory;
    private final OwnServers own;
    private final Slots slots = new Slots();
    private final IdleServers idle;
    private final ServerMemory memory;
    private final ServerLimits limits;
    private final ServerStarts starts;

    /** A server that is not stopped as long as this is open. */
    final class Use implements AutoCloseable {
        private final Slot slot;
        private final Backend backend;
        private boolean isOpen = true;

        private Use(Slot slot, Backend backend) {
            this.slot = slot;
            this.backend = backend;
        }

        Backend backend() {
            return backend;
        }

        @Override
        public void close() {
            synchronized (slots) {
                if (isOpen) {
                    isOpen = false;
                    idle.release(slot);
                }
            }
        }
    }

    /**
     * Goes on with the servers of a page server that is gone.
     *
     * @param workspaces one for each operation, since this runs for long and none is for several threads
     * @param log        takes lines for people
     * @param statistics is told of what happens to servers
     */
    ServerPool(Supplier<Workspace> workspaces, Consumer<String> log, ProxyStatistics statistics) {
        this.workspaces = workspaces;
        this.log = log;
        Workspace workspace = workspaces.get();
        this.dataDirectory = workspace.repository()::dataDirectory;
        this.own = new OwnServers(workspace.repository());
        this.idle = new IdleServers(slots, own, workspaces, log, statistics);
        this.memory = new ServerMemory(slots, Host.current());
        this.limits = new ServerLimits(slots, idle, memory, workspaces, log, statistics);
        this.starts = new ServerStarts(slots, own, limits, workspaces, log, statistics);
        List<Instance> running = workspace.instances().list().stream().filter(Instances.Listed::isRunning)
                .map(Instances.Listed::instance).filter(own::has).toList();
        for (TimelineId timeline : own.timelines()) {
            running.stream().filter(instance -> instance.timeline().equals(timeline)).findFirst()
                    .ifPresentOrElse(instance -> adopt(workspace, instance), () -> own.remove(timeline));
        }
        limits.start();
    }

    private void adopt(Workspace workspace, Instance instance) {
        Target target;
        try {
            target = target(workspace, instance);
        } catch (NeonException unreadable) {
            // It stays noted, for the next page server.
            log.accept("error: unable to go on with the server on " + instance.label() + ": " + unreadable.getMessage());
            return;
        }
        own.add(instance);
        synchronized (slots) {
            Slot slot = slots.at(target);
            slot.server = Optional.of(new Slot.Server(instance, true, Optional.empty()));
            idle.idle(slot);
        }
    }

    private static Target target(Workspace workspace, Instance instance) {
        Optional<Ancestor> parent = workspace.repository().timelines().history(instance.timeline()).parent();
        if (instance.readOnly() && parent.isPresent()) {
            return new Target.Past(new Point(parent.get().timeline(), parent.get().forkPoint(), Optional.empty()),
                    instance.label());
        }
        return new Target.Line(instance.timeline(), RefName.of("refs/branches/" + instance.label())
                .orElse(RefName.HEAD));
    }

    /**
     * The server for a target, which is started if it does not run.
     *
     * @throws Refusal       if there are too many, or the page server ends
     * @throws NeonException if it cannot be started
     */
    Use use(Target target) throws Refusal, InterruptedException {
        Slot slot;
        synchronized (slots) {
            requireOpen();
            slot = slots.at(target);
            slot.users++;
        }
        boolean isUsed = false;
        try {
            Use use = new Use(slot, backend(slot));
            isUsed = true;
            return use;
        } finally {
            if (!isUsed) {
                idle.release(slot);
            }
        }
    }

    /** To be called under the monitor of the slots: else the process might end in the middle of a start. */
    private void requireOpen() throws Refusal {
        if (slots.isClosed()) {
            throw Refusal.ending();
        }
    }

    private Backend backend(Slot slot) throws Refusal, InterruptedException {
        while (true) {
            Optional<CompletableFuture<Backend>> others;
            Optional<CompletableFuture<Void>> leaving;
            CompletableFuture<Backend> mine = new CompletableFuture<>();
            synchronized (slots) {
                requireOpen();
                others = slot.start;
                leaving = slot.leaving;
                if (!slot.isBusy()) {
                    slot.start = Optional.of(mine);
                }
            }
            if (leaving.isPresent()) {
                leaving.get().join();
            } else if (others.isPresent()) {
                return outcome(others.get());
            } else {
                begin(slot, mine);
                return outcome(mine);
            }
        }
    }

    private void begin(Slot slot, CompletableFuture<Backend> start) {
        Optional<Backend> found = Optional.empty();
        Throwable failure = new IllegalStateException("nothing was started");
        try {
            Instance instance = starts.server(slot);
            found = Optional.of(Backend.of(instance, dataDirectory.apply(instance.timeline())));
        } catch (Refusal | RuntimeException | Error thrown) {
            failure = thrown;
        }
        synchronized (slots) {
            slot.start = Optional.empty();
        }
        if (found.isPresent()) {
            start.complete(found.get());
        } else {
            start.completeExceptionally(failure);
        }
    }

    private static Backend outcome(CompletableFuture<Backend> start) throws Refusal, InterruptedException {
        try {
            return start.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case Refusal refusal -> throw refusal;
                case RuntimeException failure -> throw failure;
                default -> throw new IllegalStateException(failed.getCause());
            }
        }
    }

    /** {@link PageServer#stop}. */
    void stop(String branch) {
        idle.stop(branch);
    }

    /** How many clients have a server or wait for one. */
    int users() {
        synchronized (slots) {
            return slots.all().stream().mapToInt(slot -> slot.users).sum();
        }
    }

    /** How many servers are to be stopped when their time has come. */
    int suspensions() {
        return idle.suspensions();
    }

    /** {@link PageServer#servers}. */
    List<ServerStatus> servers() {
        memory.refresh();
        List<Seen> seen;
        synchronized (slots) {
            seen = slots.all().stream().map(Seen::of).toList();
        }
        Instances instances = workspaces.get().instances();
        return seen.stream().flatMap(slot -> slot.status(instances, own).stream()).sorted(Comparator.comparing(ServerStatus::branch)).toList();
    }

    /** {@link PageServer#memory}. */
    MemoryUse memory() {
        return limits.use();
    }

    /** Lets all servers run on; those that are being started or stopped are waited for. */
    @Override
    public void close() {
        CompletableFuture<Void> underWay;
        synchronized (slots) {
            slots.close();
            idle.close();
            underWay = slots.underWay();
        }
        limits.close();
        try {
            underWay.get(IdleServers.STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException told) {
            // A start that has failed is told to those who wait for it.
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
