package dev.neon.compute.history;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A part of one timeline that is to be told.
 *
 * @param timeline which
 * @param parent   what it was forked from, and where; empty for a root
 * @param begin    where its own part begins: the fork, or of a root the oldest point that can be had
 * @param from     exclusive
 * @param to       inclusive
 * @param tip      a point whose history has all of it
 */
record HistorySpan(TimelineId timeline, Optional<Ancestor> parent, Lsn begin, Lsn from, Lsn to, Point tip) {
    /** Whether it begins where the timeline does, not later. */
    boolean isFromItsBeginning() {
        return from.equals(begin);
    }

    /** Whether it is what a branch has, so that it goes on to the end of the timeline. */
    boolean isOfBranch() {
        return tip.timeline().equals(timeline) && tip.ref().filter(ref -> ref.kind() == RefName.Kind.BRANCH).isPresent();
    }

    /** The spans of a range, each timeline's once, a timeline before its ancestors'; empty ones left out. */
    static List<HistorySpan> of(Workspace workspace, LogRange range) {
        Map<TimelineId, HistorySpan> included = new LinkedHashMap<>();
        range.included().forEach(point -> add(workspace, point, included));
        Map<TimelineId, HistorySpan> excluded = new LinkedHashMap<>();
        range.excluded().forEach(point -> add(workspace, point, excluded));
        List<HistorySpan> spans = new ArrayList<>();
        for (HistorySpan span : included.values()) {
            HistorySpan less = excluded.get(span.timeline());
            Lsn from = less == null ? span.from() : Lsn.max(span.from(), less.to());
            // An empty one has events at the fork point itself.
            if (less == null || from.isBefore(span.to())) {
                spans.add(new HistorySpan(span.timeline(), span.parent(), span.begin(), from, span.to(), span.tip()));
            }
        }
        return spans;
    }

    private static void add(Workspace workspace, Point tip, Map<TimelineId, HistorySpan> spans) {
        List<Ancestor> ancestors = workspace.repository().timelines().history(tip.timeline()).ancestors();
        TimelineId timeline = tip.timeline();
        Lsn to = tip.lsn();
        for (int i = ancestors.size(); i >= 0; i--) {
            Optional<Ancestor> parent = i == 0 ? Optional.empty() : Optional.of(ancestors.get(i - 1));
            Lsn begin = parent.isPresent() ? parent.get().forkPoint() : spans.containsKey(timeline)
                    ? spans.get(timeline).begin() : first(workspace, timeline);
            HistorySpan span = new HistorySpan(timeline, parent, begin, begin, to, tip);
            spans.merge(timeline, span, (one, other) -> one.to().isBefore(other.to()) ? other : one);
            if (parent.isPresent()) {
                timeline = parent.get().timeline();
                to = parent.get().forkPoint();
            }
        }
    }

    /** What was before the oldest snapshot cannot be had any more, such as the work of initdb. */
    private static Lsn first(Workspace workspace, TimelineId root) {
        List<Snapshot> snapshots = workspace.snapshots().list(root);
        return snapshots.isEmpty() ? Lsn.ZERO : snapshots.getFirst().lsn();
    }
}
