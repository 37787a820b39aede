package dev.neon.gc;

import dev.neon.fsck.NeededPoints;
import dev.neon.gc.LsnRanges.Range;
import dev.neon.gc.SweepPlan.Kind;
import dev.neon.gc.SweepPlan.Removal;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CollectedLog;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The WAL that collections have removed, written down in {@link CollectedLog}, and what is still needed beside it. */
public final class CollectedWal implements NeededPoints {
    private static final LsnRanges NONE = new LsnRanges(List.of());

    private final Repository repository;
    private final SnapshotStore snapshots;
    private final CollectedLog log;
    /** The end of each is exclusive, so those that follow each other are one. */
    private Optional<Map<TimelineId, LsnRanges>> gaps = Optional.empty();

    public CollectedWal(Repository repository, SnapshotStore snapshots) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.log = new CollectedLog(repository.directory(), repository.files());
    }

    /** Writes down what is about to be removed, durably. */
    void record(List<Removal> removals) {
        Map<TimelineId, List<Removal>> segments = removals.stream().filter(each -> each.kind() == Kind.WAL_SEGMENT)
                .collect(Collectors.groupingBy(Removal::timeline, LinkedHashMap::new, Collectors.toList()));
        List<CollectedLog.Run> runs = new ArrayList<>();
        segments.forEach((timeline, gone) -> repository.timelines().history(timeline).cluster().ifPresent(cluster ->
                LsnRanges.of(gone.stream().map(each -> each.path().getFileName().toString())
                        .flatMap(name -> SegmentName.parse(name, cluster.segmentSize()).stream())
                        .map(name -> new Range(name.start(), name.end())).toList()).ranges()
                        .forEach(run -> runs.add(new CollectedLog.Run(timeline, run.from(), run.to())))));
        log.add(runs);
    }

    /** Read when it is asked for first: whoever asks for one branch asks for all. */
    private Map<TimelineId, LsnRanges> gaps() {
        if (gaps.isEmpty()) {
            gaps = Optional.of(read());
        }
        return gaps.get();
    }

    private Map<TimelineId, LsnRanges> read() {
        Map<TimelineId, List<Range>> found = new HashMap<>();
        log.read().forEach(run -> found.computeIfAbsent(run.timeline(), _ -> new ArrayList<>())
                .add(new Range(run.from(), run.to())));
        Map<TimelineId, LsnRanges> merged = new HashMap<>();
        found.forEach((timeline, ranges) -> merged.put(timeline, LsnRanges.of(ranges)));
        return merged;
    }

    /** Behind the last WAL of the line that was removed: the first snapshot there, or where that WAL ended if there is none. */
    @Override
    public Optional<Lsn> from(String ref, TimelineId timeline) {
        TimelineHistory history = repository.timelines().history(timeline);
        Lsn floor = Lsn.ZERO;
        TreeSet<Lsn> states = new TreeSet<>();
        for (Ancestor ancestor : history.ancestors()) {
            floor = Lsn.max(floor, floor(ancestor.timeline(), ancestor.forkPoint()));
            states.addAll(states(ancestor.timeline()).headSet(ancestor.forkPoint(), true));
        }
        floor = Lsn.max(floor, floor(timeline, Root.OPEN));
        states.addAll(states(timeline));
        return floor.equals(Lsn.ZERO) ? Optional.empty()
                : Optional.of(Optional.ofNullable(states.ceiling(floor)).orElse(floor));
    }

    /** Where the last gap ends that a timeline has before a point, at that point at most. */
    private Lsn floor(TimelineId timeline, Lsn limit) {
        Lsn floor = Lsn.ZERO;
        for (Range gap : gaps().getOrDefault(timeline, NONE).ranges()) {
            if (gap.from().isBefore(limit)) {
                floor = Lsn.min(gap.to(), limit);
            }
        }
        return floor;
    }

    private TreeSet<Lsn> states(TimelineId timeline) {
        return snapshots.places(timeline).stream().map(place -> Lsn.parseFileName(place.getFileName().toString()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
