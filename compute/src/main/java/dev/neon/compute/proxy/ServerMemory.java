package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.Host;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much memory the page server's own servers take ({@link Host#memory}), noted in their slots. Because looking costs processor time, the more the more
 * memory there is, the last look counts for a hundred times as long as it took, a minute at most.
 */
final class ServerMemory {
    private static final int REST = 100;
    private static final long LONGEST_REST = Duration.ofMinutes(1).toNanos();

    private final Slots slots;
    private final Host host;
    private long measured;
    private long rest;
    private volatile boolean isUnknown;
    private volatile long fresh;

    ServerMemory(Slots slots, Host host) {
        this.slots = slots;
        this.host = host;
    }

    /** Measures all servers, unless that was done just now. */
    synchronized void refresh() {
        long begin = System.nanoTime();
        if (rest > 0 && begin - measured < rest) {
            return;
        }
        Map<Slot, Instance> servers = new HashMap<>();
        synchronized (slots) {
            slots.own().forEach(slot -> servers.put(slot, slot.server.orElseThrow().instance()));
        }
        Map<Long, Long> held = measure(servers.values().stream().toList());
        synchronized (slots) {
            servers.forEach((slot, instance) -> slot.server = slot.server.map(server -> server.is(instance)
                    ? new Slot.Server(server.instance(), server.isOwn(), Optional.ofNullable(held.get(instance.pid()))) : server));
        }
        measured = System.nanoTime();
        rest = Math.min(LONGEST_REST, REST * (measured - begin));
    }

    /** Measures one that was started just now; what it takes is what the next one is expected to take. */
    Optional<Long> ofFresh(Instance instance) {
        Optional<Long> held = Optional.ofNullable(measure(List.of(instance)).get(instance.pid()));
        held.ifPresent(bytes -> fresh = bytes);
        return held;
    }

    /** Whether the operating system did not tell at the last look. */
    boolean isUnknown() {
        return isUnknown;
    }

    /** What a server takes when it has just been started, in bytes: the last one; 0 before the first. */
    long fresh() {
        return fresh;
    }

    /** How long the last look counts. */
    synchronized Duration rest() {
        return Duration.ofNanos(rest);
    }

    /** In bytes, by process id. */
    private Map<Long, Long> measure(List<Instance> servers) {
        // The process of one that has crashed may be somebody else's by now.
        List<Long> alive = servers.stream().filter(server -> host.incarnation(server.pid()).filter(server.incarnation()::equals).isPresent())
                .map(Instance::pid).toList();
        if (alive.isEmpty()) {
            return Map.of();
        }
        Map<Long, Long> held = host.memory(alive).orElse(Map.of());
        isUnknown = held.isEmpty() && alive.stream().anyMatch(host::isAlive);
        return held;
    }
}
