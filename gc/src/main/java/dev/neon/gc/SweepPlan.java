package dev.neon.gc;

import dev.neon.gc.Holdings.Item;
import dev.neon.gc.Holdings.Segment;
import dev.neon.gc.Holdings.SnapshotItem;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.TimelineStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What nobody needs, in the order in which it goes. All of one step may go in any order, and some of it may come back in a
 * crash: whichever part is gone, what remains names nothing that is not there. A step is on disk before the next begins.
 *
 * <p>A timeline from which one descends that stays is not removed but emptied: its history says where that one comes from.
 */
public record SweepPlan(List<List<Removal>> steps) {
    /** What is removed. */
    public enum Kind { TIMELINE, SNAPSHOT, WAL_SEGMENT }

    /**
     * A thing that goes as a whole.
     *
     * @param path  of it, in the repository
     * @param bytes of the snapshots and segments in it
     */
    public record Removal(Kind kind, TimelineId timeline, Path path, long bytes) {}

    /**
     * Decides.
     *
     * @param redo where the data directories begin to replay that are to be used again
     */
    static SweepPlan of(TimelineStore store, Collection<TimelineFacts> timelines, Holdings holdings,
            Reachability reachability, Map<TimelineId, Lsn> redo) {
        Map<TimelineId, TimelineFacts> facts = new HashMap<>();
        timelines.forEach(timeline -> facts.put(timeline.id(), timeline));
        Set<TimelineId> staying = withAncestors(reachability.kept().keySet(), facts);
        Set<Item> needed = holdings.items(reachability);
        redo.forEach((timeline, from) -> {
            if (reachability.kept(timeline).isPresent()) {
                needed.addAll(holdings.replayed(timeline, from));
            }
        });
        Map<Integer, List<Removal>> whole = new TreeMap<>(Comparator.reverseOrder());
        Map<Integer, Map<Integer, List<Removal>>> snapshots = new TreeMap<>(Comparator.reverseOrder());
        List<Removal> segments = new ArrayList<>();
        for (TimelineFacts timeline : timelines) {
            int depth = reachability.depth(timeline.id());
            if (!staying.contains(timeline.id())) {
                whole.computeIfAbsent(depth, _ -> new ArrayList<>()).add(new Removal(Kind.TIMELINE, timeline.id(),
                        store.directory(timeline.id()), Holdings.bytes(holdings.items(timeline.id()))));
                continue;
            }
            List<Item> gone = holdings.items(timeline.id()).filter(item -> !needed.contains(item)).toList();
            List<SnapshotItem> newestFirst = gone.stream().filter(SnapshotItem.class::isInstance)
                    .map(SnapshotItem.class::cast).sorted(Comparator.comparing(SnapshotItem::lsn).reversed()).toList();
            for (int i = 0; i < newestFirst.size(); i++) {
                snapshots.computeIfAbsent(depth, _ -> new TreeMap<>()).computeIfAbsent(i, _ -> new ArrayList<>())
                        .add(removal(Kind.SNAPSHOT, newestFirst.get(i)));
            }
            gone.stream().filter(Segment.class::isInstance).forEach(item -> segments.add(removal(Kind.WAL_SEGMENT, item)));
        }
        List<List<Removal>> steps = new ArrayList<>(whole.values());
        snapshots.values().forEach(ofDepth -> steps.addAll(ofDepth.values()));
        segments.sort(Comparator.comparing((Removal segment) -> segment.path().getFileName()));
        if (!segments.isEmpty()) {
            steps.add(segments);
        }
        return new SweepPlan(List.copyOf(steps));
    }

    private static Removal removal(Kind kind, Item item) {
        return new Removal(kind, item.timeline(), item.path(), item.bytes());
    }

    private static Set<TimelineId> withAncestors(Collection<TimelineId> timelines, Map<TimelineId, TimelineFacts> facts) {
        Set<TimelineId> all = new HashSet<>();
        for (TimelineId id : timelines) {
            Optional<TimelineId> each = Optional.of(id);
            while (each.isPresent() && all.add(each.get())) {
                each = facts.get(each.get()).fork().map(TimelineFacts.Fork::parent);
            }
        }
        return all;
    }

    /**
     * The steps in turn, in portions of {@code most} things: several short ones in one, a long one cut.
     */
    List<List<List<Removal>>> portions(int most) {
        List<List<List<Removal>>> portions = new ArrayList<>();
        int room = 0;
        for (List<Removal> step : steps) {
            for (int from = 0, to; from < step.size(); from = to) {
                if (room == 0) {
                    portions.add(new ArrayList<>());
                    room = most;
                }
                to = Math.min(step.size(), from + room);
                portions.getLast().add(step.subList(from, to));
                room -= to - from;
            }
        }
        return portions;
    }

    /** All of it, first things first. */
    public List<Removal> removals() {
        return steps.stream().flatMap(List::stream).toList();
    }

    /** The bytes that it takes. */
    public long bytes() {
        return removals().stream().mapToLong(Removal::bytes).sum();
    }
}
