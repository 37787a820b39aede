package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.RepositoryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * How many servers of its own the page server may have, and how much memory these may take. What is beyond is stopped if it is idle, the
 * longest first: before another is started, and for memory from time to time, since servers grow.
 */
final class ServerLimits implements AutoCloseable {
    /** What a backend needs to notice that its client has left. */
    private static final Duration GOING = Duration.ofSeconds(1);
    /** How often memory is looked at, where that costs little. */
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final int MIB = 1 << 20;

    private final Slots slots;
    private final IdleServers idle;
    private final ServerMemory memory;
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ProxyStatistics statistics;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** What the periodic look has found wrong last; told once. Only its thread has it. */
    private String told = "";
    private final AtomicBoolean isToldUnknown = new AtomicBoolean();

    ServerLimits(Slots slots, IdleServers idle, ServerMemory memory, Supplier<Workspace> workspaces, Consumer<String> log,
            ProxyStatistics statistics) {
        this.slots = slots;
        this.idle = idle;
        this.memory = memory;
        this.workspaces = workspaces;
        this.log = log;
        this.statistics = statistics;
    }

    /** Begins to look at memory from time to time. */
    void start() {
        Thread.ofPlatform().daemon().name("pageserver-memory").start(this::watch);
    }

    /**
     * One limit.
     *
     * @param most     that all servers together may weigh
     * @param ofNewOne what one weighs that is being started
     * @param refusal  for one that has no room, told what is there
     */
    private record Limit(long most, long ofNewOne, ToLongFunction<Slot.Server> weight, String why, Runnable evicted, Supplier<Refusal> refusal) {
        /** Whether there is no room beside {@code load} for another; beside nothing there always is. */
        boolean isFull(long load) {
            return load > 0 && load + ofNewOne > most;
        }
    }

    private List<Limit> limits() {
        RepositoryConfig config = workspaces.get().repository().config();
        List<Limit> limits = new ArrayList<>();
        int instances = ProxySettings.maxInstances(config);
        limits.add(new Limit(instances, 1, _ -> 1, "to make room for another", statistics::evicted, () ->
                new Refusal(Refusal.TOO_MANY_CONNECTIONS, "all " + instances + " servers of the page server are in use",
                        "Disconnect from one, or set a greater number with 'neon config set " + ProxySettings.MAX_INSTANCES_KEY + "'.")));
        ProxySettings.maxMemory(config).ifPresent(most -> {
            measure();
            limits.add(new Limit(most, memory.fresh(), ServerLimits::memory, "to make room for another in memory", statistics::evictedForMemory, () ->
                    new Refusal(Refusal.OUT_OF_MEMORY, "the servers of the page server that are in use leave no memory for another",
                            Optional.of("All take " + megabytes(total()) + ", another about " + megabytes(memory.fresh()) + ", and "
                                    + ProxySettings.MAX_MEMORY_KEY + " is " + megabytes(most) + '.'),
                            Optional.of("Disconnect from one, or set a greater size with 'neon config set " + ProxySettings.MAX_MEMORY_KEY + "'."))));
        });
        return limits;
    }

    private void measure() {
        memory.refresh();
        if (memory.isUnknown() && isToldUnknown.compareAndSet(false, true)) {
            log.accept("the operating system does not tell how much memory servers take: " + ProxySettings.MAX_MEMORY_KEY + " has no effect");
        }
    }

    /** Stops servers that are idle until there is room for another, whose place is taken then. */
    void makeRoom(Slot asking) throws Refusal {
        List<Limit> limits = limits();
        Set<Slot> spared = new HashSet<>();
        try {
            while (true) {
                Optional<Slot> oldest = Optional.empty();
                List<CompletableFuture<Void>> leaving;
                Limit exceeded;
                synchronized (slots) {
                    asking.isAsking = true;
                    Optional<Limit> full = limits.stream().filter(limit -> limit.isFull(load(limit, _ -> true))).findFirst();
                    if (full.isEmpty()) {
                        asking.hasPlace = true;
                        asking.isAsking = false;
                        return;
                    }
                    exceeded = full.get();
                    for (Limit limit : limits) {
                        if (limit.isFull(load(limit, slot -> slot.leaving.isEmpty() && (!slot.isIdle() || spared.contains(slot))))) {
                            throw limit.refusal.get();
                        }
                    }
                    // Others may ask at the same time, for the room of those that leave.
                    long others = slots.all().stream().filter(slot -> slot.isAsking && slot != asking).count();
                    if (limits.stream().anyMatch(limit -> limit.isFull(load(limit, slot -> slot.leaving.isEmpty()) + others * limit.ofNewOne))) {
                        oldest = oldest(spared);
                        oldest.ifPresent(IdleServers::leaves);
                    }
                    leaving = slots.leaving();
                }
                if (oldest.isEmpty()) {
                    CompletableFuture.anyOf(leaving.toArray(CompletableFuture[]::new)).join();
                } else if (!idle.stop(oldest.get(), exceeded.why, GOING, exceeded.evicted)) {
                    spared.add(oldest.get());
                }
            }
        } finally {
            synchronized (slots) {
                asking.isAsking = false;
            }
        }
    }

    /** What servers weigh, and those that have a place and are being started. To be called under the monitor of the slots. */
    private long load(Limit limit, Predicate<Slot> which) {
        return slots.own().filter(which).mapToLong(slot -> limit.weight.applyAsLong(slot.server.orElseThrow())).sum()
                + slots.all().stream().filter(slot -> slot.hasPlace).count() * limit.ofNewOne;
    }

    /** To be called under the monitor of the slots. */
    private Optional<Slot> oldest(Set<Slot> spared) {
        return slots.all().stream().filter(slot -> slot.isIdle() && !spared.contains(slot)).min(Comparator.comparingLong(slot -> slot.idleSince));
    }

    /** What a server that has just been started takes, in bytes; empty if nobody wants to know. */
    Optional<Long> memoryOfFresh(Instance instance) {
        return ProxySettings.maxMemory(workspaces.get().repository().config()).isPresent() ? memory.ofFresh(instance) : Optional.empty();
    }

    /** What all servers take, and may take. */
    MemoryUse use() {
        memory.refresh();
        Optional<Long> most = ProxySettings.maxMemory(workspaces.get().repository().config());
        synchronized (slots) {
            return new MemoryUse(memory.isUnknown() ? Optional.empty() : Optional.of(total()), most);
        }
    }

    private long total() {
        synchronized (slots) {
            return slots.own().mapToLong(slot -> memory(slot.server.orElseThrow())).sum();
        }
    }

    private static long memory(Slot.Server server) {
        return server.memory().orElse(0L);
    }

    private void watch() {
        try {
            while (!closed.await(Math.max(PERIOD.toMillis(), memory.rest().toMillis()), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException | Error failure) {
                    tell("error: unable to look at the memory of servers: " + failure.getMessage());
                }
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        Optional<Long> most = ProxySettings.maxMemory(workspaces.get().repository().config());
        if (most.isEmpty()) {
            return;
        }
        measure();
        Set<Slot> spared = new HashSet<>();
        while (true) {
            Slot oldest;
            synchronized (slots) {
                long staying = slots.own().filter(slot -> slot.leaving.isEmpty()).mapToLong(slot -> memory(slot.server.orElseThrow())).sum();
                if (staying <= most.get() || slots.isClosed()) {
                    told = "";
                    return;
                }
                Optional<Slot> found = oldest(spared);
                if (found.isEmpty()) {
                    break;
                }
                oldest = found.get();
                IdleServers.leaves(oldest);
            }
            if (!idle.stop(oldest, "servers take more than " + ProxySettings.MAX_MEMORY_KEY, GOING, statistics::evictedForMemory)) {
                spared.add(oldest);
            }
        }
        tell("servers take more than " + ProxySettings.MAX_MEMORY_KEY + ", " + megabytes(most.get()) + ", and all are in use");
    }

    private void tell(String line) {
        if (!told.equals(line)) {
            told = line;
            log.accept(line);
        }
    }

    private static String megabytes(long bytes) {
        return Math.ceilDiv(bytes, MIB) + " MB";
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
