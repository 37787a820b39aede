package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.process.Host;
import dev.neon.repo.error.NeonException;
import java.time.Duration;
import java.util.Optional;

/** What a slot was at one moment. What runs there is looked up afterwards, without the monitor of the slots. */
record Seen(Target target, Optional<Slot.Server> server, int users, boolean isStarting, boolean isLeaving, Optional<Duration> idle) {
    /** To be called under the monitor of the slots. */
    static Seen of(Slot slot) {
        return new Seen(slot.target, slot.server, slot.users, slot.start.isPresent(), slot.leaving.isPresent(),
                slot.users == 0 && !slot.isBusy() ? Optional.of(Duration.ofNanos(System.nanoTime() - slot.idleSince)) : Optional.empty());
    }

    /** Empty if there is no server any more: it was stopped, here or by hand. */
    Optional<ServerStatus> status(Instances instances, OwnServers own) {
        Optional<Instance> instance = server.map(Slot.Server::instance);
        if (instance.filter(found -> Host.current().isAlive(found.pid())).isPresent()) {
            return Optional.of(status(ServerStatus.State.RUNNING, server));
        }
        if (isStarting) {
            return Optional.of(status(ServerStatus.State.STARTING, server));
        }
        return isLeaving ? Optional.empty() : instance.flatMap(gone -> left(gone, instances, own));
    }

    private Optional<ServerStatus> left(Instance gone, Instances instances, OwnServers own) {
        try {
            return instances.look(gone.timeline()).map(left -> left.isRunning()
                    ? status(ServerStatus.State.RUNNING, Optional.of(new Slot.Server(left.instance(), own.has(left.instance()), Optional.empty())))
                    : status(ServerStatus.State.CRASHED, server));
        } catch (NeonException unreadable) {
            return Optional.of(status(ServerStatus.State.CRASHED, server));
        }
    }

    private ServerStatus status(ServerStatus.State state, Optional<Slot.Server> at) {
        return new ServerStatus(target.label(), target.key().timeline(), state, at.map(found -> found.instance().port()),
                at.map(found -> found.instance().pid()), users, idle, at.filter(Slot.Server::isOwn).isPresent(), target instanceof Target.Past,
                at.flatMap(Slot.Server::memory));
    }
}
