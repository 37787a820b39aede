package dev.neon.gc;

import dev.neon.gc.LsnRanges.Range;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where a snapshot would free what lies before it: the first points of needed ranges, such as a tag, a fork, or a branch's
 * horizon, to which much WAL leads that nobody asks for.
 */
public final class FoldablePoints {
    /** Less WAL than this many segments is not worth a snapshot: one or two stay with any point. */
    private static final int SEGMENTS = 2;

    private FoldablePoints() {}

    /**
     * Finds them, on each timeline from the oldest on: one may do for others that follow soon after it. WAL counts from the
     * last snapshot of the timeline itself, or from its fork, whose own way is the parent's concern.
     */
    public static List<SnapshotName> of(RepositoryFacts facts, Roots roots) {
        Reachability reachability = Reachability.of(roots.all(), facts.timelines());
        List<SnapshotName> points = new ArrayList<>();
        for (TimelineFacts timeline : facts.timelines()) {
            Optional<Integer> segmentSize = facts.segmentSize(timeline.id());
            if (segmentSize.isPresent() && reachability.kept(timeline.id()).isPresent()) {
                add(timeline, reachability.kept(timeline.id()).get(), (long) SEGMENTS * segmentSize.get(), points);
            }
        }
        return points;
    }

    private static void add(TimelineFacts timeline, Kept kept, long distance, List<SnapshotName> points) {
        TreeSet<Lsn> bases = new TreeSet<>(timeline.snapshots().stream().map(SnapshotFacts::lsn).toList());
        Optional<Lsn> fork = timeline.fork().map(TimelineFacts.Fork::at);
        fork.ifPresent(bases::add);
        for (Range range : kept.points().ranges()) {
            Lsn first = range.from();
            // A range that comes from below the fork begins just above it here: there is no point in between.
            if (first.equals(Root.OPEN) || fork.filter(at -> !first.isAfter(at.plus(1))).isPresent()) {
                continue;
            }
            Lsn base = bases.floor(first);
            if (base != null && first.minus(base) >= distance) {
                points.add(new SnapshotName(timeline.id(), first));
                bases.add(first);
            }
        }
    }
}
