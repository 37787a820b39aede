package dev.neon.gc;

import dev.neon.gc.TimelineFacts.Fork;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A few timelines over a few LSNs, on which everything can be tried out: a model of what {@link Reachability} says. */
final class RandomHistory {
    private static final int MOST_TIMELINES = 8;
    private static final int LENGTH = 25;

    private final Random random;
    private final Map<TimelineId, Fork> forks = new HashMap<>();
    private final Map<TimelineId, Integer> ends = new LinkedHashMap<>();
    private final Map<SnapshotName, SnapshotFacts> snapshots = new LinkedHashMap<>();
    private final List<Root> roots = new ArrayList<>();

    RandomHistory(Random random) {
        this.random = random;
        int count = 1 + random.nextInt(MOST_TIMELINES);
        for (int i = 0; i < count; i++) {
            TimelineId id = new TimelineId("%032x".formatted(i + 1));
            int start = 0;
            if (i > 0) {
                TimelineId parent = any(new ArrayList<>(ends.keySet()));
                int begin = forks.containsKey(parent) ? (int) forks.get(parent).at().value() : 1;
                start = begin + random.nextInt(ends.get(parent) - begin + 1);
                forks.put(id, new Fork(parent, new Lsn(start)));
            }
            ends.put(id, Math.max(start, 1) + random.nextInt(LENGTH));
            addSnapshots(id, start);
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            TimelineId id = any(new ArrayList<>(ends.keySet()));
            int from = 1 + random.nextInt(ends.get(id));
            int to = from + random.nextInt(ends.get(id) - from + 1);
            roots.add(random.nextInt(3) == 0 ? Root.ofPoint("tag" + i, id, new Lsn(from))
                    : new Root("branch" + i, id, new Lsn(from), random.nextBoolean() ? Root.OPEN : new Lsn(to)));
        }
    }

    private void addSnapshots(TimelineId id, int start) {
        if (start == 0) {
            put(id, 1, 1, Optional.empty());
        }
        for (int lsn = Math.max(start, 2); lsn <= ends.get(id); lsn++) {
            if (random.nextInt(6) != 0) {
                continue;
            }
            int at = lsn;
            List<SnapshotName> below = snapshots.keySet().stream()
                    .filter(name -> name.lsn().value() < at && isOnLine(name, id, at)).toList();
            switch (random.nextInt(3)) {
                case 0 -> put(id, lsn, lsn, Optional.empty());
                case 1 -> put(id, lsn, 1 + random.nextInt(lsn), Optional.empty());
                default -> put(id, lsn, lsn, below.isEmpty() ? Optional.empty() : Optional.of(any(below)));
            }
        }
    }

    private void put(TimelineId id, int lsn, int redo, Optional<SnapshotName> parent) {
        snapshots.put(new SnapshotName(id, new Lsn(lsn)), new SnapshotFacts(new Lsn(lsn), new Lsn(redo), parent));
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    List<TimelineFacts> timelines() {
        List<TimelineFacts> facts = new ArrayList<>();
        for (TimelineId id : ends.keySet()) {
            facts.add(new TimelineFacts(id, Optional.ofNullable(forks.get(id)), snapshots.entrySet().stream()
                    .filter(entry -> entry.getKey().timeline().equals(id)).map(Map.Entry::getValue).toList()));
        }
        return facts;
    }

    List<Root> roots() {
        return roots;
    }

    /** Who has a position of the line that ends on a timeline. */
    private TimelineId owner(TimelineId id, long lsn) {
        TimelineId owner = id;
        while (forks.containsKey(owner) && lsn <= forks.get(owner).at().value()) {
            owner = forks.get(owner).parent();
        }
        return owner;
    }

    /** Whether a snapshot holds a state of the line that ends on a timeline, at or below a point. */
    private boolean isOnLine(SnapshotName name, TimelineId id, long point) {
        TimelineId line = id;
        long limit = point;
        while (!line.equals(name.timeline())) {
            if (!forks.containsKey(line)) {
                return false;
            }
            limit = Math.min(limit, forks.get(line).at().value());
            line = forks.get(line).parent();
        }
        return name.lsn().value() <= limit;
    }

    /** All points that the roots ask for, each under the name of the timeline that has it; of an open range one to come. */
    Set<SnapshotName> points() {
        Set<SnapshotName> points = new HashSet<>();
        for (Root root : roots) {
            long to = root.to().equals(Root.OPEN) ? Math.max(ends.get(root.timeline()), root.from().value()) + 1
                    : root.to().value();
            for (long lsn = root.from().value(); lsn <= to; lsn++) {
                points.add(new SnapshotName(owner(root.timeline(), lsn), new Lsn(lsn)));
            }
        }
        return points;
    }

    /** Whether a point can be made of what is kept, in whatever way. */
    boolean canMake(SnapshotName point, Reachability reachability) {
        return snapshots.keySet().stream().filter(name -> isOnLine(name, point.timeline(), point.lsn().value()))
                .anyMatch(name -> isWhole(name, reachability)
                        && walIsKept(point, snapshots.get(name).redo().value(), reachability));
    }

    private boolean isWhole(SnapshotName name, Reachability reachability) {
        return reachability.kept(name.timeline()).filter(kept -> kept.snapshots().contains(name.lsn())).isPresent()
                && snapshots.get(name).parent().filter(parent -> !isWhole(parent, reachability)).isEmpty();
    }

    private boolean walIsKept(SnapshotName point, long redo, Reachability reachability) {
        for (long lsn = redo + 1; lsn <= point.lsn().value(); lsn++) {
            Lsn position = new Lsn(lsn);
            if (reachability.kept(owner(point.timeline(), lsn)).filter(kept -> kept.wal().contains(position)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The snapshots that a state at any of the points is made of, with all that they lie on, and those of the points. */
    Set<SnapshotName> snapshotsFor(Set<SnapshotName> points) {
        Set<SnapshotName> needed = new HashSet<>();
        for (SnapshotName point : points) {
            for (SnapshotName name = base(point); needed.add(name);) {
                Optional<SnapshotName> parent = snapshots.get(name).parent();
                if (parent.isEmpty()) {
                    break;
                }
                name = parent.get();
            }
        }
        return needed;
    }

    /** The positions of WAL that are read for the points, each under the name of the timeline that has it. */
    Set<SnapshotName> walFor(Set<SnapshotName> points) {
        Set<SnapshotName> needed = new HashSet<>();
        for (SnapshotName point : points) {
            for (long lsn = snapshots.get(base(point)).redo().value() + 1; lsn <= point.lsn().value(); lsn++) {
                needed.add(new SnapshotName(owner(point.timeline(), lsn), new Lsn(lsn)));
            }
        }
        return needed;
    }

    private SnapshotName base(SnapshotName point) {
        TimelineId line = point.timeline();
        long limit = point.lsn().value();
        while (true) {
            TimelineId here = line;
            long below = limit;
            Optional<SnapshotName> newest = snapshots.keySet().stream()
                    .filter(name -> name.timeline().equals(here) && name.lsn().value() <= below)
                    .max((one, other) -> one.lsn().compareTo(other.lsn()));
            if (newest.isPresent()) {
                return newest.get();
            }
            limit = Math.min(limit, forks.get(line).at().value());
            line = owner(line, limit);
        }
    }

    long end(TimelineId id) {
        return ends.get(id);
    }

    @Override
    public String toString() {
        return "timelines " + timelines() + "\nroots " + roots;
    }
}
