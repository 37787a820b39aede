package dev.neon.compute.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The servers of a page server by what clients want. The monitor of this guards it and each {@link Slot}, and is held for as long as that
 * takes: nobody reads a file, looks at a process or waits meanwhile. Whoever sets a slot's start or leaving has it for himself until he
 * completes that, and completes it without the monitor.
 */
final class Slots {
    private final Map<Target.Key, Slot> slots = new HashMap<>();
    private boolean isClosed;

    /** To be called under the monitor, as the others. */
    Slot at(Target target) {
        return slots.computeIfAbsent(target.key(), _ -> new Slot(target));
    }

    void remove(Slot slot) {
        slots.remove(slot.target.key(), slot);
    }

    Collection<Slot> all() {
        return slots.values();
    }

    /** Those that have a server that the page server has started. */
    Stream<Slot> own() {
        return slots.values().stream().filter(Slot::hasOwnServer);
    }

    /** The stops that are under way. */
    List<CompletableFuture<Void>> leaving() {
        return slots.values().stream().flatMap(slot -> slot.leaving.stream()).toList();
    }

    /** From now on nothing is begun. */
    void close() {
        isClosed = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Completed when what is under way now has ended, well or not. */
    CompletableFuture<Void> underWay() {
        List<CompletableFuture<?>> work = new ArrayList<>(leaving());
        slots.values().forEach(slot -> slot.start.ifPresent(work::add));
        return CompletableFuture.allOf(work.toArray(CompletableFuture[]::new));
    }
}
