package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ServerStatus;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How much WAL has come since a timeline's last snapshot. It is looked up in the files: the end of WAL by its last pages. */
final class WalLag {
    private final Workspace workspace;

    WalLag(Workspace workspace) {
        this.workspace = workspace;
    }

    /** In bytes, by branch; those of which it cannot be told, and points in the past, are left out. */
    Map<String, Long> of(List<ServerStatus> servers) {
        Map<String, Long> lags = new TreeMap<>();
        for (ServerStatus server : servers) {
            if (server.state() == ServerStatus.State.RUNNING && !server.isReadOnly()) {
                of(server.timeline()).ifPresent(lag -> lags.put(server.branch(), lag));
            }
        }
        return lags;
    }

    /** In bytes; empty if it cannot be told now: files may come and go meanwhile. */
    Optional<Long> of(TimelineId timeline) {
        try {
            Lsn end = workspace.positions().end(timeline);
            Optional<Snapshot> last = workspace.snapshots().newestFor(timeline, end);
            return last.map(snapshot -> end.minus(snapshot.lsn()));
        } catch (NeonException unreadable) {
            return Optional.empty();
        }
    }
}
