package dev.neon.compute.daemon;

import dev.neon.compute.proxy.DurationHistogram;
import dev.neon.compute.proxy.MemoryUse;
import dev.neon.compute.proxy.ProxyStatistics;
import dev.neon.compute.proxy.ServerStatus;
import dev.neon.repo.metrics.PrometheusText;
import dev.neon.repo.metrics.PrometheusText.Type;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** {@code /metrics}: docs/pageserver.md has the names, which stay. */
final class MetricsText {
    private static final String PREFIX = "neon_pageserver_";
    private static final String BRANCH = "branch";
    private static final double MILLIS_A_SECOND = 1000;

    private final PrometheusText text = new PrometheusText();

    private MetricsText() {}

    static String of(DaemonReport report) {
        MetricsText metrics = new MetricsText();
        metrics.daemon(report);
        report.counts().ifPresent(metrics::totals);
        metrics.servers(report);
        metrics.background(report);
        metrics.process(report.process());
        return metrics.text.toString();
    }

    private void daemon(DaemonReport report) {
        text.family(PREFIX + "info", Type.GAUGE, "Always 1; the version of neon.").sample(PREFIX + "info", Map.of("version", report.version()), 1);
        gauge("start_time_seconds", "When it began, in seconds since 1970.", report.since().getEpochSecond());
        gauge("ready", "Whether it lets clients in.", report.readiness().state() == Readiness.State.READY ? 1 : 0);
        gauge("connections", "Clients that are connected.", report.connections());
    }

    private void totals(ProxyStatistics.Counts counts) {
        counter("connections_total", "Clients that have come, those that were refused too.", counts.connections());
        family("refused_total", Type.COUNTER, "Clients that were refused, by SQLSTATE.");
        counts.refused().forEach((state, count) -> text.sample(PREFIX + "refused_total", Map.of("sqlstate", state), count));
        counter("received_bytes_total", "Bytes passed on from clients to servers.", counts.fromClients());
        counter("sent_bytes_total", "Bytes passed on from servers to clients.", counts.toClients());
        counter("cancels_total", "Cancel requests that were passed on.", counts.cancels());
        starts(counts.starts());
        counter("server_start_failures_total", "Servers that could not be started.", counts.startFailures());
        counter("server_idle_stops_total", "Servers that were stopped because nobody used them.", counts.suspensions());
        counter("server_evictions_total", "Servers that were stopped to make room for others.", counts.evictions());
        counter("server_memory_evictions_total", "Of these, the ones that were stopped for memory.", counts.memoryEvictions());
        counter("server_crashes_total", "Servers that were found gone when a client wanted them.", counts.crashes());
        counter("created_branches_total", "Branches that were made because a client named them.", counts.createdBranches());
    }

    private void starts(DurationHistogram.Counts starts) {
        String name = PREFIX + "server_start_seconds";
        family("server_start_seconds", Type.HISTOGRAM, "How long servers took to start, to the first answer.");
        for (int i = 0; i < starts.bounds().size(); i++) {
            text.sample(name + "_bucket", Map.of("le", Double.toString(seconds(starts.bounds().get(i)))), starts.cumulative().get(i));
        }
        text.sample(name + "_bucket", Map.of("le", "+Inf"), starts.count());
        text.sample(name + "_sum", Map.of(), seconds(starts.sum()));
        text.sample(name + "_count", Map.of(), starts.count());
    }

    private void servers(DaemonReport report) {
        family("servers", Type.GAUGE, "Servers that clients use or have used lately, by state.");
        for (ServerStatus.State state : ServerStatus.State.values()) {
            text.sample(PREFIX + "servers", Map.of("state", state.name().toLowerCase(Locale.ROOT)),
                    report.servers().stream().filter(server -> server.state() == state).count());
        }
        family("sessions", Type.GAUGE, "Clients of each server.");
        // A branch and a point in the past may have the same name.
        Map<String, Integer> sessions = new TreeMap<>();
        report.servers().forEach(server -> sessions.merge(server.branch(), server.sessions(), Integer::sum));
        sessions.forEach((branch, count) -> text.sample(PREFIX + "sessions", Map.of(BRANCH, branch), count));
        family("server_memory_bytes", Type.GAUGE, "Memory of each server that the page server has started, what its processes share counted once.");
        Map<String, Long> memory = new TreeMap<>();
        report.servers().forEach(server -> server.memory().ifPresent(bytes -> memory.merge(server.branch(), bytes, Long::sum)));
        memory.forEach((branch, bytes) -> text.sample(PREFIX + "server_memory_bytes", Map.of(BRANCH, branch), bytes));
        gauge("server_memory_limit_bytes", "Memory that all of them may take; absent without a limit.", report.memory().flatMap(MemoryUse::limit));
        family("wal_lag_bytes", Type.GAUGE, "WAL since the last snapshot, of each branch with a server.");
        report.walLag().forEach((branch, bytes) -> text.sample(PREFIX + "wal_lag_bytes", Map.of(BRANCH, branch), bytes));
    }

    private void background(DaemonReport report) {
        chores(report, "background_runs_total", "Commands that were run in the background, those that failed too.", Chore.Report::runs);
        chores(report, "background_failures_total", "Of these, the ones that failed.", Chore.Report::failures);
        family("background_running", Type.GAUGE, "Whether one runs now.");
        report.chores().forEach(chore -> text.sample(PREFIX + "background_running", Map.of("command", chore.kind().word()),
                chore.running().isPresent() ? 1 : 0));
        counter("gc_reclaimed_bytes_total", "Bytes of snapshots and WAL that gc has removed, to the trash or for good.",
                report.chores().stream().filter(chore -> chore.kind() == Chore.Kind.GC).mapToLong(Chore.Report::reclaimed).sum());
    }

    private void chores(DaemonReport report, String name, String help, ToLongFunction<Chore.Report> value) {
        family(name, Type.COUNTER, help);
        report.chores().forEach(chore -> text.sample(PREFIX + name, Map.of("command", chore.kind().word()), value.applyAsLong(chore)));
    }

    private void process(ProcessUse process) {
        gauge("resident_memory_bytes", "Memory of the process.", process.resident());
        gauge("heap_bytes", "Memory of its objects, garbage included.", process.heap());
        gauge("threads", "Threads of the operating system.", process.threads());
        gauge("open_descriptors", "Open files and sockets.", process.descriptors());
        gauge("max_descriptors", "How many there may be.", process.mostDescriptors());
    }

    private void gauge(String name, String help, Optional<Long> value) {
        value.ifPresent(known -> gauge(name, help, known));
    }

    private void gauge(String name, String help, long value) {
        text.gauge(PREFIX + name, help, value);
    }

    private void counter(String name, String help, long value) {
        text.counter(PREFIX + name, help, value);
    }

    private void family(String name, Type type, String help) {
        text.family(PREFIX + name, type, help);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_A_SECOND;
    }
}
