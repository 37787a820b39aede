package dev.neon.gc;

import dev.neon.gc.LsnRanges.Range;
import dev.neon.gc.TimelineFacts.Fork;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What of a repository is needed by its roots (docs/gc.md). Timelines are gone through from the youngest to the oldest,
 * each once, with all that its children and its own roots ask of it:
 * <ul>
 * <li>a range of points that begins below a fork goes on with the parent;
 * <li>a point is made from the newest snapshot at or below it, and the WAL from that one's redo point; where the timeline
 * has no such snapshot, from the parent's state at the fork;
 * <li>a snapshot needs those that it lies on, of whatever timeline they are.
 * </ul>
 * Reads nothing itself. Time and memory go with the number of timelines, snapshots and roots.
 */
public final class Reachability {
    private static final String HINT = "Nothing is removed before this is mended: 'neon fsck' tells what is damaged.";

    private final Map<TimelineId, Node> nodes;
    private final Map<TimelineId, Kept> kept;

    private Reachability(Map<TimelineId, Node> nodes, Map<TimelineId, Kept> kept) {
        this.nodes = nodes;
        this.kept = kept;
    }

    /**
     * Finds out.
     *
     * @param timelines all that there are
     * @throws NotFoundException if a root, a fork or a snapshot names what is not there, since what it needed may be there
     *                           under another name
     */
    public static Reachability of(Collection<Root> roots, Collection<TimelineFacts> timelines) {
        Map<TimelineId, Node> nodes = HashMap.newHashMap(timelines.size());
        timelines.forEach(timeline -> nodes.put(timeline.id(), new Node(timeline)));
        for (Root root : roots) {
            require(nodes, root.timeline(), root.name() + " names").points.add(new Range(root.from(), root.to()));
        }
        Map<TimelineId, Kept> kept = new LinkedHashMap<>();
        for (Node node : youngestFirst(nodes)) {
            if (node.isNeeded()) {
                kept.put(node.facts.id(), node.settle(nodes));
            }
        }
        return new Reachability(nodes, Collections.unmodifiableMap(kept));
    }

    /** What is needed, by timeline; a timeline that is missing here is not needed at all. */
    public Map<TimelineId, Kept> kept() {
        return kept;
    }

    /** What is needed of a timeline; empty if nothing is. */
    public Optional<Kept> kept(TimelineId timeline) {
        return Optional.ofNullable(kept.get(timeline));
    }

    /** How many ancestors a timeline has, be it needed or not. */
    int depth(TimelineId timeline) {
        return nodes.get(timeline).depth;
    }

    private static Node require(Map<TimelineId, Node> nodes, TimelineId id, String who) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new NotFoundException(who + " timeline '" + id + "', which does not exist", HINT);
        }
        return node;
    }

    /** Children before parents. */
    private static List<Node> youngestFirst(Map<TimelineId, Node> nodes) {
        Deque<Node> line = new ArrayDeque<>();
        for (Node each : nodes.values()) {
            Node node = each;
            while (node.depth == Node.UNKNOWN) {
                line.push(node);
                node.depth = Node.ASKED;
                if (node.facts.fork().isEmpty()) {
                    break;
                }
                node = require(nodes, node.facts.fork().get().parent(),
                        "timeline '" + node.facts.id() + "' was forked from");
            }
            if (node.depth == Node.ASKED && node.facts.fork().isPresent()) {
                throw new NotFoundException("timeline '" + node.facts.id() + "' descends from itself", HINT);
            }
            int depth = node.depth == Node.ASKED ? -1 : node.depth;
            while (!line.isEmpty()) {
                line.pop().depth = ++depth;
            }
        }
        List<Node> sorted = new ArrayList<>(nodes.values());
        sorted.sort(Comparator.comparingInt((Node node) -> node.depth).reversed());
        return sorted;
    }

    /** A timeline, and what is asked of it. */
    private static final class Node {
        static final int UNKNOWN = -1;
        static final int ASKED = -2;

        private final TimelineFacts facts;
        private final List<Range> points = new ArrayList<>(1);
        private final List<Range> wal = new ArrayList<>(1);
        private final TreeSet<Lsn> snapshots = new TreeSet<>();
        /** How many ancestors it has. */
        private int depth = UNKNOWN;

        Node(TimelineFacts facts) {
            this.facts = facts;
        }

        boolean isNeeded() {
            return !points.isEmpty() || !wal.isEmpty() || !snapshots.isEmpty();
        }

        /** Decides what is kept here, once all that descend from it have asked, and asks its ancestors for the rest. */
        Kept settle(Map<TimelineId, Node> nodes) {
            Map<Lsn, SnapshotFacts> all = HashMap.newHashMap(facts.snapshots().size());
            facts.snapshots().forEach(snapshot -> all.put(snapshot.lsn(), snapshot));
            TreeSet<Lsn> ascending = new TreeSet<>(all.keySet());
            LsnRanges asked = LsnRanges.of(points);
            List<Range> own = new ArrayList<>(asked.ranges().size());
            for (Range range : asked.ranges()) {
                belowFork(range, nodes);
                aboveFork(range).ifPresent(above -> {
                    own.add(above);
                    keepFor(above, all, ascending, nodes);
                });
            }
            keepParents(all, nodes);
            return new Kept(new LsnRanges(List.copyOf(own)), Collections.unmodifiableSortedSet(snapshots),
                    LsnRanges.of(wal));
        }

        /** Leaves the points at or below the fork to the parent. */
        private void belowFork(Range range, Map<TimelineId, Node> nodes) {
            Optional<Fork> fork = facts.fork();
            if (fork.isPresent() && !range.from().isAfter(fork.get().at())) {
                nodes.get(fork.get().parent()).points.add(
                        new Range(range.from(), Lsn.min(range.to(), fork.get().at())));
            }
        }

        private Optional<Range> aboveFork(Range range) {
            Optional<Lsn> at = facts.fork().map(Fork::at);
            if (at.filter(range.from()::isAfter).isPresent() || at.isEmpty()) {
                return Optional.of(range);
            }
            return range.to().isAfter(at.get()) ? Optional.of(new Range(at.get().plus(1), range.to())) : Optional.empty();
        }

        /** Keeps what the points of a range, all of this timeline, are made of. */
        private void keepFor(Range range, Map<Lsn, SnapshotFacts> all, TreeSet<Lsn> ascending,
                Map<TimelineId, Node> nodes) {
            Lsn base = ascending.floor(range.from());
            if (base == null) {
                Optional<Fork> fork = facts.fork();
                fork.ifPresent(from -> nodes.get(from.parent()).points.add(new Range(from.at(), from.at())));
                keepWal(fork.map(Fork::at).orElse(Lsn.ZERO), range.to(), nodes);
            } else {
                snapshots.add(base);
                keepWal(all.get(base).redo(), range.to(), nodes);
            }
            for (Lsn later : ascending.subSet(range.from(), true, range.to(), true)) {
                snapshots.add(later);
                keepWal(all.get(later).redo(), range.to(), nodes);
            }
        }

        /** Keeps WAL of this line; what lies below the fork is the parent's. */
        private void keepWal(Lsn from, Lsn to, Map<TimelineId, Node> nodes) {
            Optional<Fork> fork = facts.fork();
            wal.add(new Range(fork.map(at -> Lsn.max(at.at(), from)).orElse(from), to));
            if (fork.isPresent() && from.isBefore(fork.get().at())) {
                nodes.get(fork.get().parent()).keepWal(from, fork.get().at(), nodes);
            }
        }

        private void keepParents(Map<Lsn, SnapshotFacts> all, Map<TimelineId, Node> nodes) {
            Deque<Lsn> open = new ArrayDeque<>(snapshots);
            while (!open.isEmpty()) {
                Lsn lsn = open.pop();
                SnapshotFacts snapshot = all.get(lsn);
                if (snapshot == null) {
                    throw new NotFoundException("a snapshot lies on that of timeline '" + facts.id() + "' at " + lsn
                            + ", which does not exist", HINT);
                }
                snapshot.parent().ifPresent(parent -> {
                    if (!parent.timeline().equals(facts.id())) {
                        askAncestor(parent, nodes);
                    } else if (snapshots.add(parent.lsn())) {
                        open.push(parent.lsn());
                    }
                });
            }
        }

        private void askAncestor(SnapshotName parent, Map<TimelineId, Node> nodes) {
            Node ancestor = require(nodes, parent.timeline(), "a snapshot of timeline '" + facts.id() + "' lies on");
            if (ancestor.depth >= depth) {
                throw new NotFoundException("a snapshot of timeline '" + facts.id() + "' lies on one of '"
                        + parent.timeline() + "', which is not its ancestor", HINT);
            }
            ancestor.snapshots.add(parent.lsn());
        }
    }
}
