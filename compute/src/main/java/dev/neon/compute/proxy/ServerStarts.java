package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.lease.HeldLease;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Finds servers that run, and starts others. */
final class ServerStarts {
    /** How many servers are started at a time: each takes a processor, and memory for the pages that it writes. */
    private static final Semaphore AT_ONCE = new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    private final Slots slots;
    private final OwnServers own;
    private final ServerLimits limits;
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ProxyStatistics statistics;

    ServerStarts(Slots slots, OwnServers own, ServerLimits limits, Supplier<Workspace> workspaces, Consumer<String> log, ProxyStatistics statistics) {
        this.slots = slots;
        this.own = own;
        this.limits = limits;
        this.workspaces = workspaces;
        this.log = log;
        this.statistics = statistics;
    }

    /**
     * The server of a slot, which is started if it does not run, and noted there.
     *
     * @param slot that the caller has for himself
     * @throws Refusal if there is no room
     */
    Instance server(Slot slot) throws Refusal {
        Optional<Instance> running = running(slot);
        return running.isPresent() ? running.get() : start(slot);
    }

    private Optional<Instance> running(Slot slot) {
        Instances instances = workspaces.get().instances();
        Optional<Instance> running = slot.target instanceof Target.Line line ? instances.find(line.timeline())
                : known(slot).flatMap(instance -> instances.find(instance.timeline()));
        running.ifPresent(instance -> {
            boolean isOwn = own.has(instance);
            synchronized (slots) {
                slot.server = slot.server.filter(server -> server.is(instance)).or(() ->
                        Optional.of(new Slot.Server(instance, isOwn, Optional.empty())));
            }
        });
        return running;
    }

    private Optional<Instance> known(Slot slot) {
        synchronized (slots) {
            return slot.server.map(Slot.Server::instance);
        }
    }

    private Instance start(Slot slot) throws Refusal {
        Workspace workspace = workspaces.get();
        known(slot).ifPresent(gone -> forget(workspace, gone));
        synchronized (slots) {
            slot.server = Optional.empty();
        }
        AT_ONCE.acquireUninterruptibly();
        try {
            // Here, so that what those take that were started before is known.
            limits.makeRoom(slot);
            Instances.Started started = started(workspace, slot.target);
            Instance instance = started.instance();
            if (started.fresh()) {
                own.add(instance);
                statistics.started(started.took());
                log.accept("started the server on " + slot.target.label() + " in " + started.took().toMillis() + " ms, port " + instance.port());
            } else {
                // Somebody was faster by hand.
                own.remove(instance.timeline());
            }
            note(slot, new Slot.Server(instance, started.fresh(), Optional.empty()));
            if (started.fresh()) {
                note(slot, new Slot.Server(instance, true, limits.memoryOfFresh(instance)));
            }
            return instance;
        } finally {
            AT_ONCE.release();
            synchronized (slots) {
                slot.hasPlace = false;
            }
        }
    }

    /** First without the memory, so that a server is known of which that cannot be told. */
    private void note(Slot slot, Slot.Server server) {
        synchronized (slots) {
            slot.server = Optional.of(server);
            slot.hasPlace = false;
        }
    }

    /** What a server that crashed has left; a throw-away timeline goes. */
    private void forget(Workspace workspace, Instance gone) {
        if (workspace.instances().look(gone.timeline()).filter(left -> !left.isRunning()).isPresent()) {
            // One that was stopped by hand has left no record.
            statistics.crashed();
        }
        log.accept("the server on " + gone.label() + " is gone, process " + gone.pid());
        if (gone.readOnly()) {
            workspace.instances().stop(gone.timeline(), ServerSignal.IMMEDIATE, IdleServers.STOP);
        }
        own.remove(gone.timeline());
    }

    private Instances.Started started(Workspace workspace, Target target) {
        try {
            return switch (target) {
                case Target.Line line -> noted(line.timeline(), () -> workspace.start(StartRequest.of(line.timeline(), line.label())));
                case Target.Past past -> startAt(workspace, past);
            };
        } catch (RuntimeException failure) {
            statistics.startFailed();
            throw failure;
        }
    }

    private Instances.Started noted(TimelineId timeline, Supplier<Instances.Started> start) {
        own.begin(timeline);
        try {
            return start.get();
        } catch (RuntimeException failure) {
            own.remove(timeline);
            throw failure;
        }
    }

    private Instances.Started startAt(Workspace workspace, Target.Past past) {
        TimelineId timeline = TimelineId.random();
        try (HeldLease _ = workspace.timelines().hold(timeline, past.point(), "start at " + past.label())) {
            workspace.timelines().throwAway(timeline, past.point(), past.label());
            return noted(timeline, () -> workspace.start(new StartRequest(timeline, past.label(), true, Optional.empty(), Optional.empty(),
                    List.of(), Optional.empty(), StartRequest.DEFAULT_TIMEOUT)));
        }
    }
}
