package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.MemoryUse;
import dev.neon.compute.proxy.ProxyStatistics;
import dev.neon.compute.proxy.ServerStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to tell of a daemon at one moment.
 *
 * @param since       when it began
 * @param listen      where clients connect; empty before that
 * @param connections clients that are connected
 * @param memory      of the servers; empty before clients are let in, and if the limit cannot be read
 * @param walLag      of branches that have a server, bytes of WAL since the last snapshot
 * @param counts      empty before clients are let in
 */
record DaemonReport(String version, Path repository, long pid, Instant since, Instant now, Readiness readiness, Optional<ListenAddress> listen,
                    int connections, List<ServerStatus> servers, Optional<MemoryUse> memory, Map<String, Long> walLag, Optional<ProxyStatistics.Counts> counts,
                    List<Chore.Report> chores, ProcessUse process) {}
