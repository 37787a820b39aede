package dev.neon.fsck;

import dev.neon.fsck.Finding.Affected;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The history behind a branch or tag: the timelines that it runs through, and the snapshots on its way. A point is made
 * from the newest snapshot at or below it and the WAL from there.
 *
 * @param ref       its name in full
 * @param timeline  the youngest
 * @param to        the last point; empty for the end of the timeline
 * @param ancestors of the timeline
 * @param snapshots on the way, oldest first
 */
record Course(String ref, TimelineId timeline, Optional<Lsn> to, List<Ancestor> ancestors, List<Stop> snapshots) {
    /** A snapshot as far as it could be read; damaged ones too. */
    record Stop(TimelineId timeline, Lsn lsn, Lsn redo, Optional<SnapshotManifest.Parent> parent) {
        static Stop of(Snapshot snapshot) {
            Optional<SnapshotManifest.Parent> parent = snapshot.form() == Snapshot.Form.DELTA
                    ? SnapshotManifest.read(snapshot.directory()).parent() : Optional.empty();
            return new Stop(snapshot.timeline(), snapshot.lsn(), snapshot.redo(), parent);
        }
    }

    static Course of(String ref, TimelineId timeline, Optional<Lsn> to, List<Ancestor> ancestors,
            Map<TimelineId, List<Stop>> snapshots) {
        Course bare = new Course(ref, timeline, to, ancestors, List.of());
        List<Stop> passed = new ArrayList<>();
        Stream.concat(ancestors.stream().map(Ancestor::timeline), Stream.of(timeline)).forEach(each ->
                snapshots.getOrDefault(each, List.of()).stream().filter(stop -> bare.limit(each)
                        .filter(limit -> !stop.lsn().isAfter(limit)).isPresent()).forEach(passed::add));
        passed.sort((one, other) -> one.lsn().compareTo(other.lsn()));
        return new Course(ref, timeline, to, ancestors, List.copyOf(passed));
    }

    /** The last point of a timeline that lies on the course; empty if it does not run through it. */
    private Optional<Lsn> limit(TimelineId through) {
        Lsn end = to.orElse(new Lsn(-1));
        if (through.equals(timeline)) {
            return Optional.of(end);
        }
        for (int i = 0; i < ancestors.size(); i++) {
            if (ancestors.get(i).timeline().equals(through)) {
                for (Ancestor later : ancestors.subList(i, ancestors.size())) {
                    end = Lsn.min(end, later.forkPoint());
                }
                return Optional.of(end);
            }
        }
        return Optional.empty();
    }

    boolean runsThrough(TimelineId through) {
        return limit(through).isPresent();
    }

    /** What cannot be made without a snapshot, those that lie on it included. */
    List<Affected> withoutSnapshot(TimelineId owner, Lsn lsn) {
        Set<SnapshotManifest.Parent> lost = new HashSet<>(Set.of(new SnapshotManifest.Parent(owner, lsn)));
        List<Affected> ranges = new ArrayList<>();
        Optional<Lsn> from = Optional.empty();
        for (Stop stop : snapshots) {
            SnapshotManifest.Parent self = new SnapshotManifest.Parent(stop.timeline(), stop.lsn());
            if (lost.contains(self) || stop.parent().filter(lost::contains).isPresent()) {
                lost.add(self);
                from = from.or(() -> Optional.of(stop.lsn()));
            } else if (from.isPresent()) {
                ranges.add(new Affected(ref, from.get(), Optional.of(stop.lsn())));
                from = Optional.empty();
            }
        }
        from.ifPresent(begin -> ranges.add(new Affected(ref, begin, Optional.empty())));
        return ending(ranges);
    }

    /** What cannot be made without the record at {@code lsn}. */
    List<Affected> withoutWal(TimelineId owner, Lsn lsn) {
        return withoutWal(owner, lsn, lsn.plus(1));
    }

    /**
     * What cannot be made without a stretch of WAL.
     *
     * @param to exclusive
     */
    List<Affected> withoutWal(TimelineId owner, Lsn from, Lsn to) {
        if (limit(owner).filter(from::isBefore).isEmpty()) {
            return List.of();
        }
        Optional<Lsn> next = snapshots.stream().filter(stop -> !stop.redo().isBefore(to)).map(Stop::lsn).findFirst();
        return ending(List.of(new Affected(ref, from, next)));
    }

    /** The newest snapshot on the way at or below a point. */
    Optional<Stop> base(Lsn point) {
        return snapshots.reversed().stream().filter(stop -> !stop.lsn().isAfter(point)).findFirst();
    }

    /**
     * A timeline on the way, from where the way comes to it to where it leaves.
     *
     * @param to exclusive; empty for the end of the timeline
     */
    record Leg(TimelineId timeline, Lsn from, Optional<Lsn> to) {}

    /** All timelines, oldest first. */
    List<Leg> legs() {
        List<Leg> legs = new ArrayList<>();
        Lsn from = Lsn.ZERO;
        for (Ancestor ancestor : ancestors) {
            legs.add(new Leg(ancestor.timeline(), from, limit(ancestor.timeline())));
            from = ancestor.forkPoint();
        }
        legs.add(new Leg(timeline, from, to));
        return legs;
    }

    /** A tag is one point, so only the range counts that it is in. */
    private List<Affected> ending(List<Affected> ranges) {
        return to.isEmpty() ? ranges : ranges.stream()
                .filter(range -> range.to().filter(end -> !end.isAfter(to.get())).isEmpty())
                .map(range -> new Affected(ref, to.get(), Optional.empty())).toList();
    }
}
