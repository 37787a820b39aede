package dev.neon.compute.history;

import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.timeline.Ancestor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names of points that move, branches here and at remotes, and HEAD: each belongs to the newest entry that its
 * history has. Tags are entries of their own.
 */
final class RefLabels {
    private static final Lsn END = new Lsn(-1);

    private final Workspace workspace;
    private final List<Label> pending = new ArrayList<>();

    /** @param lsn {@link #END} for the end of the timeline, wherever that is */
    private record Label(TimelineId timeline, Lsn lsn, String text) {}

    private RefLabels(Workspace workspace) {
        this.workspace = workspace;
    }

    static RefLabels of(Workspace workspace) {
        RefLabels labels = new RefLabels(workspace);
        Optional<Head> place = Head.read(workspace.repository().refs());
        Optional<RefName> head = place.filter(Head.OnBranch.class::isInstance).flatMap(Head::branch);
        place.filter(Head.Temporary.class::isInstance).ifPresent(temporary -> labels.add(temporary.target(), "HEAD"));
        workspace.repository().refs().listing(RefName.Kind.BRANCH).refs().forEach((branch, target) ->
                labels.add(target, (head.equals(Optional.of(branch)) ? "HEAD -> " : "") + branch.shortName()));
        workspace.repository().refs().listing(RefName.Kind.REMOTE_BRANCH).refs().forEach((branch, target) ->
                labels.add(target, branch.shortName()));
        labels.pending.sort((one, other) -> Boolean.compare(isHead(other), isHead(one)));
        return labels;
    }

    private static boolean isHead(Label label) {
        return label.text().startsWith("HEAD");
    }

    private void add(RefTarget target, String text) {
        Label label = target instanceof RefTarget.Point point ? new Label(point.timeline(), point.lsn(), text)
                : new Label(Branches.timelineOf(target), END, text);
        pending.add(isUntouched(label.timeline()) ? above(label).orElse(label) : label);
    }

    private boolean isUntouched(TimelineId timeline) {
        return workspace.repository().timelines().exists(timeline) && !workspace.wal().hasOwnWal(timeline);
    }

    private Optional<Label> above(Label label) {
        Optional<Ancestor> parent = workspace.repository().timelines().history(label.timeline()).parent();
        return parent.map(fork -> new Label(fork.timeline(), fork.forkPoint(), label.text()))
                .map(moved -> isUntouched(moved.timeline()) ? above(moved).orElse(moved) : moved);
    }

    /** Those that belong to the entry, which has been taken from the log; each is given out once. */
    List<String> take(LogEntry entry, HistoryLog log) {
        List<String> own = new ArrayList<>();
        pending.removeIf(label -> {
            boolean isOwn = belongs(label, entry, log) || belongs(descend(label, log), entry, log);
            if (isOwn) {
                own.add(label.text());
            }
            return isOwn;
        });
        return own;
    }

    private static boolean belongs(Label label, LogEntry entry, HistoryLog log) {
        return label.timeline().equals(entry.timeline()) && !label.lsn().isBefore(entry.lsn())
                && !log.isPassedOver(label.timeline(), label.lsn())
                && (!label.lsn().equals(END) || log.reachesEndOf(label.timeline()));
    }

    /** A timeline with WAL of its own may have nothing to tell all the same; then its ancestors' entry is the newest. */
    private static Label descend(Label label, HistoryLog log) {
        Optional<Ancestor> before = log.before(label.timeline());
        boolean isOver = log.nextOn(label.timeline()).isEmpty() && !log.isPassedOver(label.timeline(), label.lsn());
        return before.isPresent() && isOver
                ? descend(new Label(before.get().timeline(), Lsn.min(label.lsn(), before.get().forkPoint()), label.text()),
                        log) : label;
    }
}
