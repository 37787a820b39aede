package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.process.Waiting;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Stops servers that nobody uses any more: after a while, and at once where the caller says so. */
final class IdleServers {
    /** How long a stop may take. */
    static final Duration STOP = Duration.ofSeconds(60);
    /** At least, before what could not be stopped is tried again. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Slots slots;
    private final OwnServers own;
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ProxyStatistics statistics;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("pageserver-idle").factory());

    IdleServers(Slots slots, OwnServers own, Supplier<Workspace> workspaces, Consumer<String> log, ProxyStatistics statistics) {
        this.slots = slots;
        this.own = own;
        this.workspaces = workspaces;
        this.log = log;
        this.statistics = statistics;
        // Else each disconnect would leave its suspension there, for as long as that takes.
        timer.setRemoveOnCancelPolicy(true);
    }

    /** One client less. */
    void release(Slot slot) {
        synchronized (slots) {
            slot.users--;
            if (slot.users == 0 && !slot.isBusy()) {
                idle(slot);
            }
        }
    }

    /** When nobody uses the slot any more: its time begins. */
    void idle(Slot slot) {
        idle(slot, Duration.ZERO);
    }

    private void idle(Slot slot, Duration least) {
        synchronized (slots) {
            slot.suspension.ifPresent(earlier -> earlier.cancel(false));
            if (!slot.hasOwnServer()) {
                slots.remove(slot);
                return;
            }
            slot.idleSince = System.nanoTime();
            int idle = ++slot.idles;
            if (!slots.isClosed()) {
                // How long it has is in a file.
                slot.suspension = Optional.of(timer.schedule(() -> plan(slot, idle, least), 0, TimeUnit.MILLISECONDS));
            }
        }
    }

    private void plan(Slot slot, int idle, Duration least) {
        Duration configured = suspendAfter(slot.target);
        Duration after = configured.compareTo(least) < 0 ? least : configured;
        synchronized (slots) {
            if (slot.idles == idle && !slots.isClosed()) {
                slot.suspension = Optional.of(timer.schedule(() -> suspend(slot, idle, after), after.toMillis(), TimeUnit.MILLISECONDS));
            }
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
        synchronized (slots) {
            if (!slot.isIdle() || slot.idles != idle || slots.isClosed()) {
                return;
            }
            leaves(slot);
        }
        try {
            Thread.ofPlatform().daemon().name("pageserver-suspend").start(() ->
                    stop(slot, "idle for " + after.toSeconds() + " s", Duration.ZERO, statistics::suspended));
        } catch (OutOfMemoryError noThread) {
            // Who comes would wait for its end.
            ended(slot, false);
            log.accept("error: unable to stop the server on " + slot.target.label() + ": " + noThread.getMessage());
        }
    }

    /** To be called under the monitor of the slots, before {@link #stop}, for a slot that nobody is at. */
    static void leaves(Slot slot) {
        slot.leaving = Optional.of(new CompletableFuture<>());
    }

    /** {@link PageServer#stop}. */
    void stop(String branch) {
        Slot found;
        synchronized (slots) {
            if (slots.isClosed()) {
                throw new BusyException("the page server ends", "'neon stop " + branch + "' stops the server.");
            }
            found = slots.all().stream().filter(slot -> slot.target.label().equals(branch)).findFirst().orElseThrow(() ->
                    new NotFoundException("the page server has no server on '" + branch + "'", "Nobody has connected to it lately."));
            if (found.isBusy()) {
                throw new BusyException("the server on '" + branch + "' is being started or stopped", "Try again in a moment.");
            }
            if (!found.hasOwnServer()) {
                throw new NotFoundException("the server on '" + branch + "' was started by hand", "Stop it with 'neon stop " + branch + "'.");
            }
            leaves(found);
        }
        end(found, "as was asked for", () -> { });
    }

    /**
     * Stops the server of a slot that {@linkplain #leaves leaves}, unless somebody is connected to it who has not come through the page
     * server. Where it cannot be stopped, the log says so.
     *
     * @param patience how long those may take to leave
     * @param stopped  is called if it was stopped
     * @return whether it is gone
     */
    boolean stop(Slot slot, String why, Duration patience, Runnable stopped) {
        if (hasOtherClients(slot, patience)) {
            ended(slot, false);
            return false;
        }
        try {
            end(slot, why, stopped);
            return true;
        } catch (RuntimeException | Error failure) {
            log.accept("error: unable to stop the server on " + slot.target.label() + ": " + failure.getMessage());
            return false;
        }
    }

    private void end(Slot slot, String why, Runnable stopped) {
        boolean isGone = false;
        try {
            Instances instances = workspaces.get().instances();
            Instance instance = instance(slot).orElseThrow();
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
            ended(slot, isGone);
        }
    }

    /** What could not be stopped stays the page server's, and its time begins anew. */
    private void ended(Slot slot, boolean isGone) {
        CompletableFuture<Void> leaving;
        synchronized (slots) {
            leaving = slot.leaving.orElseThrow();
            slot.leaving = Optional.empty();
            slot.server = isGone ? Optional.empty() : slot.server;
            if (slot.users == 0) {
                idle(slot, AGAIN);
            }
        }
        leaving.complete(null);
    }

    private boolean hasOtherClients(Slot slot, Duration patience) {
        try {
            Instances instances = workspaces.get().instances();
            Optional<Instance> instance = instance(slot);
            return instance.isPresent() && !Waiting.until(patience, () -> instances.clients(instance.get().timeline()) == 0);
        } catch (RuntimeException | Error failure) {
            // The latter where neon's files were replaced. Whatever it is, it has to come to an end, for which others wait.
            log.accept("error: unable to look for clients of the server on " + slot.target.label() + ": " + failure.getMessage());
            return false;
        }
    }

    private Optional<Instance> instance(Slot slot) {
        synchronized (slots) {
            return slot.server.map(Slot.Server::instance);
        }
    }

    /** How many servers are to be stopped when their time has come. */
    int suspensions() {
        return timer.getQueue().size();
    }

    /** No server's time comes any more. */
    void close() {
        timer.shutdownNow();
    }
}
