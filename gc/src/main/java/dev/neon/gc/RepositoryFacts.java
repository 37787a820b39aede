package dev.neon.gc;

import dev.neon.gc.TimelineFacts.Fork;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What reachability has to know of a repository, read from its files. */
public final class RepositoryFacts {
    private final Repository repository;
    private final SnapshotStore snapshots;
    private final Map<TimelineId, TimelineFacts> timelines = new LinkedHashMap<>();
    /** What the facts were taken from. */
    private final Map<TimelineId, TimelineHistory> histories = new HashMap<>();
    private final Map<TimelineId, List<Snapshot>> states = new HashMap<>();

    private RepositoryFacts(Repository repository, SnapshotStore snapshots) {
        this.repository = repository;
        this.snapshots = snapshots;
    }

    /**
     * Reads all timelines.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if a history or a manifest is damaged
     * @throws dev.neon.repo.error.StorageFailedException if one cannot be read
     */
    public static RepositoryFacts read(Repository repository, SnapshotStore snapshots) {
        RepositoryFacts facts = new RepositoryFacts(repository, snapshots);
        repository.timelines().list().forEach(facts::add);
        return facts;
    }

    private void add(TimelineId id) {
        repository.timelines().historyIfThere(id).ifPresent(history -> add(id, history));
    }

    private void add(TimelineId id, TimelineHistory history) {
        List<Snapshot> found = snapshots.list(id);
        Optional<Fork> fork = history.parent().map(parent -> new Fork(parent.timeline(), parent.forkPoint()));
        histories.put(id, history);
        states.put(id, found);
        timelines.put(id, new TimelineFacts(id, fork, found.stream().map(RepositoryFacts::snapshot).toList()));
    }

    /** The snapshots of a timeline that is known. */
    List<Snapshot> snapshots(TimelineId id) {
        return states.getOrDefault(id, List.of());
    }

    /** Bytes in a WAL segment; empty for timelines of the format's first draft, which do not say. */
    Optional<Integer> segmentSize(TimelineId id) {
        return histories.get(id).cluster().map(ClusterIdentity::segmentSize);
    }

    /** Whether there is a timeline. One that has come since the others were read is read now, with its ancestors. */
    boolean knows(TimelineId id) {
        Optional<TimelineId> next = Optional.of(id);
        while (next.isPresent() && !timelines.containsKey(next.get())) {
            add(next.get());
            next = Optional.ofNullable(timelines.get(next.get())).flatMap(TimelineFacts::fork).map(Fork::parent);
        }
        return timelines.containsKey(id);
    }

    private static SnapshotFacts snapshot(Snapshot snapshot) {
        Optional<SnapshotName> parent = snapshot.form() != Snapshot.Form.DELTA ? Optional.empty()
                : SnapshotManifest.read(snapshot.directory()).parent()
                        .map(below -> new SnapshotName(below.timeline(), below.lsn()));
        return new SnapshotFacts(snapshot.lsn(), snapshot.redo(), parent);
    }

    public List<TimelineFacts> timelines() {
        return List.copyOf(timelines.values());
    }

    /** A timeline and all that its states are made of: its ancestors, as far as they are there. */
    List<TimelineFacts> line(TimelineId id) {
        Map<TimelineId, TimelineFacts> line = new LinkedHashMap<>();
        Deque<TimelineId> open = new ArrayDeque<>(List.of(id));
        while (!open.isEmpty()) {
            TimelineFacts facts = timelines.get(open.pop());
            if (facts != null && line.put(facts.id(), facts) == null) {
                facts.fork().ifPresent(fork -> open.push(fork.parent()));
                facts.snapshots().forEach(each -> each.parent().ifPresent(below -> open.push(below.timeline())));
            }
        }
        return List.copyOf(line.values());
    }

    /**
     * The oldest state of a line: the oldest snapshot at or below the fork of any of its timelines, as far as those are
     * there and have one. Zero if there is none.
     */
    Lsn begin(TimelineId line) {
        Optional<Lsn> begin = Optional.empty();
        Lsn limit = Root.OPEN;
        Optional<TimelineFacts> at = Optional.ofNullable(timelines.get(line));
        while (at.isPresent()) {
            Lsn end = limit;
            Optional<Lsn> oldest = at.get().snapshots().stream().map(SnapshotFacts::lsn)
                    .filter(lsn -> !lsn.isAfter(end)).min(Lsn::compareTo);
            begin = oldest.isPresent() ? oldest : begin;
            Optional<Fork> fork = at.get().fork();
            limit = fork.isPresent() ? Lsn.min(fork.get().at(), end) : end;
            at = fork.flatMap(from -> Optional.ofNullable(timelines.get(from.parent())));
        }
        return begin.orElse(Lsn.ZERO);
    }
}
