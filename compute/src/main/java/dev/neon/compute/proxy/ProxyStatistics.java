package dev.neon.compute.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a page server has done since its start. Safe for threads. */
public final class ProxyStatistics {
    private final Forwarding.Traffic traffic;
    private final LongAdder connections = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final DurationHistogram starts = new DurationHistogram();
    private final LongAdder startFailures = new LongAdder();
    private final LongAdder cancels = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder memoryEvictions = new LongAdder();
    private final LongAdder suspensions = new LongAdder();
    private final LongAdder crashes = new LongAdder();
    private final LongAdder createdBranches = new LongAdder();

    ProxyStatistics(Forwarding.Traffic traffic) {
        this.traffic = traffic;
    }

    /**
     * The numbers of one moment.
     *
     * @param connections     clients that have come, those that were refused too
     * @param refused         of these, by SQLSTATE
     * @param starts          of servers, that succeeded: how long each took
     * @param startFailures   of servers
     * @param fromClients     bytes passed on to servers, without startup packets
     * @param toClients       bytes passed back
     * @param cancels         requests that were passed on to a server
     * @param evictions       servers that were stopped to make room for others
     * @param memoryEvictions of these, for memory
     * @param suspensions     servers that were stopped because they were idle
     * @param crashes         servers that were found gone when a client wanted them
     * @param createdBranches branches that were made because a client named them
     */
    public record Counts(long connections, SortedMap<String, Long> refused, DurationHistogram.Counts starts, long startFailures, long fromClients,
                         long toClients, long cancels, long evictions, long memoryEvictions, long suspensions, long crashes, long createdBranches) {}

    public Counts counts() {
        SortedMap<String, Long> byState = new TreeMap<>();
        refused.forEach((state, count) -> byState.put(state, count.sum()));
        return new Counts(connections.sum(), byState, starts.counts(), startFailures.sum(), traffic.fromClients().sum(), traffic.toClients().sum(),
                cancels.sum(), evictions.sum(), memoryEvictions.sum(), suspensions.sum(), crashes.sum(), createdBranches.sum());
    }

    void connected() {
        connections.increment();
    }

    /** @param state SQLSTATE: one of a few */
    void refused(String state) {
        refused.computeIfAbsent(state, _ -> new LongAdder()).increment();
    }

    void started(Duration took) {
        starts.add(took);
    }

    void startFailed() {
        startFailures.increment();
    }

    void cancelled() {
        cancels.increment();
    }

    void evicted() {
        evictions.increment();
    }

    void evictedForMemory() {
        evictions.increment();
        memoryEvictions.increment();
    }

    void suspended() {
        suspensions.increment();
    }

    void crashed() {
        crashes.increment();
    }

    void createdBranch() {
        createdBranches.increment();
    }
}
