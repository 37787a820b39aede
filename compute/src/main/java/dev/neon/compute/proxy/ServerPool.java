package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.Waiting;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The servers that clients use. Of those who want the same at the same time one starts it, and the others wait. Each server
 * that nobody uses any more is stopped after a while, if it was started here.
 *
 * <p>Starts take seconds of work, so everything here is to be called from platform threads.
 */
final class ServerPool implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(60);
    /** What a backend needs to notice that its client has left. */
    private static final Duration GOING = Duration.ofSeconds(1);

    /** How many servers are started at a time: each takes a processor, and memory for the pages that it writes. */
    private static final Semaphore AT_ONCE = new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ProxyStatistics statistics;
    private final OwnServers own;
    private final Map<Target.Key, Slot> slots = new HashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("pageserver-idle").factory());
    private boolean isClosed;

    /** Guarded by the pool, which is told of each change. */
    private static final class Slot {
        private final Target target;
        private Optional<Instance> instance = Optional.empty();
        private int users;
        /** Whether somebody starts, stops or looks for the server. */
        private boolean isBusy;
        /** Whether a server that is being started is counted already. */
        private boolean hasPlace;
        /** Whether the server is being stopped, so that its place is free soon. */
        private boolean isLeaving;
        /** How many starts have ended. */
        private int starts;
        private Optional<RuntimeException> failure = Optional.empty();
        /** Counts the times at which it became idle. */
        private int idles;
        private long idleSince;
        private Optional<ScheduledFuture<?>> suspension = Optional.empty();

        private Slot(Target target) {
            this.target = target;
        }
    }

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
            synchronized (ServerPool.this) {
                if (isOpen) {
                    isOpen = false;
                    release(slot);
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
        this.statistics = statistics;
        // Else each disconnect would leave its suspension there, for as long as that takes.
        timer.setRemoveOnCancelPolicy(true);
        Workspace workspace = workspaces.get();
        this.own = new OwnServers(workspace.repository());
        List<Instance> running = workspace.instances().list().stream().filter(Instances.Listed::isRunning)
                .map(Instances.Listed::instance).filter(own::has).toList();
        for (TimelineId timeline : own.timelines()) {
            running.stream().filter(instance -> instance.timeline().equals(timeline)).findFirst()
                    .ifPresentOrElse(instance -> adopt(workspace, instance), () -> own.remove(timeline));
        }
    }

    private void adopt(Workspace workspace, Instance instance) {
        own.add(instance);
        Slot slot = new Slot(target(workspace, instance));
        slot.instance = Optional.of(instance);
        slots.put(slot.target.key(), slot);
        synchronized (this) {
            idle(slot);
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
        synchronized (this) {
            if (isClosed) {
                // Else the process might end in the middle of a start.
                throw new Refusal(Refusal.CANNOT_CONNECT_NOW, "the page server ends", "Try again when it runs again.");
            }
            slot = slots.computeIfAbsent(target.key(), _ -> new Slot(target));
            slot.users++;
            int starts = slot.starts;
            try {
                while (slot.isBusy) {
                    wait();
                    if (slot.starts != starts && slot.failure.isPresent()) {
                        throw slot.failure.get();
                    }
                }
            } catch (RuntimeException | InterruptedException failure) {
                release(slot);
                throw failure;
            }
            slot.isBusy = true;
        }
        Optional<Instance> found = Optional.empty();
        Optional<RuntimeException> failed = Optional.empty();
        try {
            found = Optional.of(running(slot).orElseGet(() -> start(slot)));
            return new Use(slot, backend(found.get()));
        } catch (Full full) {
            throw full.refusal;
        } catch (RuntimeException failure) {
            failed = Optional.of(failure);
            throw failure;
        } finally {
            synchronized (this) {
                slot.instance = found.or(() -> slot.instance);
                slot.failure = failed;
                slot.starts++;
                slot.isBusy = false;
                slot.hasPlace = false;
                if (found.isEmpty()) {
                    release(slot);
                }
                notifyAll();
            }
        }
    }

    private Backend backend(Instance instance) {
        return Backend.of(instance, workspaces.get().repository().dataDirectory(instance.timeline()));
    }

    private Optional<Instance> running(Slot slot) {
        Instances instances = workspaces.get().instances();
        return slot.target instanceof Target.Line line ? instances.find(line.timeline())
                : slot.instance.flatMap(instance -> instances.find(instance.timeline()));
    }

    /** Carries a refusal out of a lambda. */
    private static final class Full extends RuntimeException {
        private final transient Refusal refusal;

        Full(Refusal refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    private Instance start(Slot slot) {
        Workspace workspace = workspaces.get();
        slot.instance.ifPresent(gone -> forget(workspace, gone));
        synchronized (this) {
            slot.instance = Optional.empty();
        }
        makeRoom(slot, ProxySettings.maxInstances(workspace.repository().config()));
        Instances.Started started = started(workspace, slot.target);
        if (started.fresh()) {
            own.add(started.instance());
            statistics.started(started.took());
            log.accept("started the server on " + slot.target.label() + " in " + started.took().toMillis() + " ms, port "
                    + started.instance().port());
        } else {
            // Somebody was faster by hand.
            own.remove(started.instance().timeline());
        }
        return started.instance();
    }

    private Instances.Started started(Workspace workspace, Target target) {
        AT_ONCE.acquireUninterruptibly();
        try {
            return switch (target) {
                case Target.Line line -> noted(line.timeline(), () -> workspace.start(StartRequest.of(line.timeline(), line.label())));
                case Target.Past past -> startAt(workspace, past);
            };
        } catch (RuntimeException failure) {
            statistics.startFailed();
            throw failure;
        } finally {
            AT_ONCE.release();
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
            workspace.instances().stop(gone.timeline(), ServerSignal.IMMEDIATE, STOP);
        }
        own.remove(gone.timeline());
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

    /** Stops servers that are idle, the longest first, until there is room for another, whose place is taken then. */
    private void makeRoom(Slot asking, int most) {
        Set<Slot> spared = new HashSet<>();
        while (true) {
            Slot oldest;
            synchronized (this) {
                if (slots.values().stream().filter(slot -> slot.hasPlace || hasOwnServer(slot)).count() < most) {
                    asking.hasPlace = true;
                    return;
                }
                Optional<Slot> idle = slots.values().stream().filter(slot -> slot.users == 0 && !slot.isBusy && hasOwnServer(slot)
                        && !spared.contains(slot)).min(Comparator.comparingLong(slot -> slot.idleSince));
                if (idle.isEmpty() && slots.values().stream().anyMatch(slot -> slot.isLeaving)) {
                    awaitChange();
                    continue;
                }
                oldest = idle.orElseThrow(() -> new Full(new Refusal(
                        Refusal.TOO_MANY_CONNECTIONS, "all " + most + " servers of the page server are in use",
                        "Disconnect from one, or set a greater number with 'neon config set pageserver.maxInstances'.")));
                oldest.isBusy = true;
                oldest.isLeaving = true;
            }
            if (stop(oldest, "to make room for another", GOING, statistics::evicted) == Stop.PUT_OFF) {
                spared.add(oldest);
            }
        }
    }

    private boolean hasOwnServer(Slot slot) {
        return slot.instance.filter(own::has).isPresent();
    }

    /** To be called under the pool's lock. */
    private void awaitChange() {
        try {
            wait();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new BusyException("interrupted while a server was stopped to make room for another", "Try again.");
        }
    }

    private void release(Slot slot) {
        slot.users--;
        if (slot.users == 0 && !slot.isBusy) {
            idle(slot);
        }
    }

    /** To be called under the pool's lock, when nobody uses the slot any more. */
    private void idle(Slot slot) {
        slot.suspension.ifPresent(earlier -> earlier.cancel(false));
        if (!hasOwnServer(slot)) {
            slots.remove(slot.target.key(), slot);
            return;
        }
        slot.idleSince = System.nanoTime();
        int idle = ++slot.idles;
        if (!isClosed) {
            Duration after = suspendAfter(slot.target);
            slot.suspension = Optional.of(timer.schedule(() -> suspend(slot, idle, after), after.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private Duration suspendAfter(Target target) {
        try {
            return ProxySettings.suspendAfter(workspaces.get().repository().config(), target);
        } catch (NeonException invalid) {
            log.accept("error: " + invalid.getMessage());
            return ProxySettings.SUSPEND_AFTER;
        }
    }

    private void suspend(Slot slot, int idle, Duration after) {
        synchronized (this) {
            if (slot.users > 0 || slot.isBusy || slot.idles != idle || isClosed) {
                return;
            }
            slot.isBusy = true;
            slot.isLeaving = true;
        }
        Thread.ofPlatform().daemon().name("pageserver-suspend").start(() -> stop(slot, "idle for " + after.toSeconds() + " s", Duration.ZERO, statistics::suspended));
    }

    /** {@link PageServer#stop}. */
    void stop(String branch) {
        Slot found;
        synchronized (this) {
            found = slots.values().stream().filter(slot -> slot.target.label().equals(branch)).findFirst().orElseThrow(() ->
                    new NotFoundException("the page server has no server on '" + branch + "'", "Nobody has connected to it lately."));
            if (found.isBusy) {
                throw new BusyException("the server on '" + branch + "' is being started or stopped", "Try again in a moment.");
            }
            if (!hasOwnServer(found)) {
                throw new NotFoundException("the server on '" + branch + "' was started by hand", "Stop it with 'neon stop " + branch + "'.");
            }
            found.isBusy = true;
            found.isLeaving = true;
        }
        end(found, "as was asked for", () -> { });
    }

    private enum Stop { DONE, PUT_OFF }

    /**
     * Stops the server of a slot that the caller has made busy, unless somebody is connected to it who has not come through here. Where
     * it cannot be stopped, the log says so.
     *
     * @param patience how long those may take to leave
     * @param stopped  is called if it was stopped
     */
    private Stop stop(Slot slot, String why, Duration patience, Runnable stopped) {
        if (hasOtherClients(slot, patience)) {
            synchronized (this) {
                leave(slot);
            }
            return Stop.PUT_OFF;
        }
        try {
            end(slot, why, stopped);
        } catch (RuntimeException failure) {
            log.accept("error: unable to stop the server on " + slot.target.label() + ": " + failure.getMessage());
            return Stop.PUT_OFF;
        }
        return Stop.DONE;
    }

    /** What cannot be stopped stays the pool's, and its time begins anew. */
    private void end(Slot slot, String why, Runnable stopped) {
        boolean isGone = false;
        try {
            Instances instances = workspaces.get().instances();
            Instance instance = slot.instance.orElseThrow();
            // Looked at again: it may have been restarted by hand.
            boolean isOurs = instances.find(instance.timeline()).filter(own::has).isPresent();
            if (isOurs || instance.readOnly()) {
                instances.stop(instance.timeline(), ServerSignal.FAST, STOP);
                stopped.run();
                log.accept("stopped the server on " + slot.target.label() + ": " + why);
            }
            own.remove(instance.timeline());
            isGone = true;
        } finally {
            synchronized (this) {
                slot.instance = isGone ? Optional.empty() : slot.instance;
                slot.failure = Optional.empty();
                leave(slot);
            }
        }
    }

    /** To be called under the pool's lock, when a server was stopped or is not to be. */
    private void leave(Slot slot) {
        slot.isBusy = false;
        slot.isLeaving = false;
        if (slot.users == 0) {
            idle(slot);
        }
        notifyAll();
    }

    private boolean hasOtherClients(Slot slot, Duration patience) {
        try {
            Instances instances = workspaces.get().instances();
            return slot.instance.isPresent()
                    && !Waiting.until(patience, () -> instances.clients(slot.instance.get().timeline()) == 0);
        } catch (RuntimeException failure) {
            log.accept("error: unable to look for clients of the server on " + slot.target.label() + ": " + failure.getMessage());
            return false;
        }
    }

    /** How many clients have a server or wait for one. */
    synchronized int users() {
        return slots.values().stream().mapToInt(slot -> slot.users).sum();
    }

    /** How many servers are to be stopped when their time has come. */
    int suspensions() {
        return timer.getQueue().size();
    }

    /** {@link PageServer#servers}. */
    List<ServerStatus> servers() {
        Host host = Host.current();
        synchronized (this) {
            return slots.values().stream().map(slot -> status(slot, host)).sorted(Comparator.comparing(ServerStatus::branch)).toList();
        }
    }

    private ServerStatus status(Slot slot, Host host) {
        Optional<Instance> instance = slot.instance;
        boolean isAlive = instance.filter(server -> host.isAlive(server.pid())).isPresent();
        ServerStatus.State state = slot.isBusy && !isAlive ? ServerStatus.State.STARTING : isAlive ? ServerStatus.State.RUNNING
                : ServerStatus.State.CRASHED;
        return new ServerStatus(slot.target.label(), slot.target.key().timeline(), state, instance.map(Instance::port), instance.map(Instance::pid),
                slot.users, slot.users == 0 && !slot.isBusy ? Optional.of(Duration.ofNanos(System.nanoTime() - slot.idleSince)) : Optional.empty(),
                hasOwnServer(slot), slot.target instanceof Target.Past);
    }

    /** Lets all servers run on; those that are being started or stopped are waited for. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            timer.shutdownNow();
            long end = System.nanoTime() + STOP.toNanos();
            while (slots.values().stream().anyMatch(slot -> slot.isBusy) && System.nanoTime() < end) {
                try {
                    wait(100);
                } catch (InterruptedException hurry) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
