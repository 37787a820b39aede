package dev.neon.repo.promise;

import dev.neon.repo.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What has been promised of one timeline. It may have come since: what is there counts before what is promised.
 *
 * @param end       of the timeline's WAL, be that here or not: whoever wrote it told so
 * @param wal       ascending, without overlaps; each run begins where a segment does, and ends where one does or at the end
 * @param snapshots whose layers are promised; their manifests are here and name them
 */
public record Promise(Lsn end, List<Run> wal, SortedSet<Lsn> snapshots) {
    /** A run of WAL: {@code from} inclusive, {@code to} exclusive. */
    public record Run(Lsn from, Lsn to) {}

    public Promise {
        wal = merged(wal);
        snapshots = new TreeSet<>(snapshots);
    }

    private static List<Run> merged(List<Run> runs) {
        List<Run> sorted = new ArrayList<>(runs);
        sorted.sort(Comparator.comparing(Run::from));
        List<Run> merged = new ArrayList<>();
        for (Run run : sorted) {
            if (!merged.isEmpty() && !run.from().isAfter(merged.getLast().to())) {
                Run last = merged.removeLast();
                merged.add(new Run(last.from(), Lsn.max(last.to(), run.to())));
            } else {
                merged.add(run);
            }
        }
        return List.copyOf(merged);
    }

    /** Both together, up to the later end. */
    public Promise with(Promise other) {
        List<Run> runs = new ArrayList<>(wal);
        runs.addAll(other.wal);
        TreeSet<Lsn> all = new TreeSet<>(snapshots);
        all.addAll(other.snapshots);
        return new Promise(Lsn.max(end, other.end), runs, all);
    }

    /** Whether it promises nothing. */
    public boolean isEmpty() {
        return wal.isEmpty() && snapshots.isEmpty();
    }

    /**
     * The promised WAL from one position to another, exclusive.
     *
     * @param from where a segment begins
     */
    public List<Run> between(Lsn from, Lsn to) {
        List<Run> parts = new ArrayList<>();
        for (Run run : wal) {
            Lsn begin = Lsn.max(run.from(), from);
            Lsn limit = Lsn.min(run.to(), to);
            if (begin.isBefore(limit)) {
                parts.add(new Run(begin, limit));
            }
        }
        return parts;
    }
}
