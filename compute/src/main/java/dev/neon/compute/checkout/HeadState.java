package dev.neon.compute.checkout;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.CommittedWork;
import dev.neon.ancestry.Tip;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.util.Optional;

/**
 * Where HEAD is, and what it has beside its branch.
 *
 * @param work empty if HEAD is on a branch itself
 */
public record HeadState(Head head, Optional<Work> work) {
    /**
     * A temporary timeline.
     *
     * @param end    of its WAL
     * @param branch that it is to be committed to
     * @param tip    of that branch; empty if there is none, or no such branch any more
     * @param base   the last point that it has in common with the branch; without one, where it was forked
     * @param ahead  what was done since the base
     * @param moved  what was done on the branch since the base
     */
    public record Work(TimelineId timeline, Lsn end, Optional<RefName> branch, Optional<Point> tip, Point base,
            CommittedWork ahead, CommittedWork moved) {
        /** Whether there is something that leaving it would leave behind. */
        public boolean isAhead() {
            return ahead.isAny();
        }

        /** Whether the branch has gone on, so that it cannot be brought forward to the timeline. */
        public boolean hasMoved() {
            return moved.isAny();
        }

        /** The point that it has reached. */
        public Point point() {
            return new Point(timeline, end, Optional.empty());
        }

        /** What it is called: {@code temporary timeline of main}. */
        public String title() {
            return "temporary timeline" + branch.map(name -> " of " + name.shortName()).orElse("");
        }
    }

    /** @throws NotFoundException if HEAD is missing, or its timeline */
    public static HeadState read(Workspace workspace) {
        Head head = Head.read(workspace.repository().refs()).orElseThrow(() -> {
            workspace.resolver().resolve(RefName.HEAD.full());
            return new NotFoundException("HEAD is missing", "Run 'neon switch <branch>'.");
        });
        return new HeadState(head, head instanceof Head.Temporary temporary ? Optional.of(work(workspace, temporary))
                : Optional.empty());
    }

    private static Work work(Workspace workspace, Head.Temporary head) {
        Ancestry ancestry = new Ancestry(workspace.repository(), workspace.wal());
        TimelineId timeline = head.timeline();
        Lsn end = workspace.positions().end(timeline);
        Tip own = new Tip(timeline, end);
        Optional<RefTarget> target = head.branch().flatMap(workspace.repository().refs()::read);
        Optional<Tip> tip = target.map(ancestry::tip);
        Optional<Tip> common = tip.flatMap(branch -> ancestry.common(own, branch));
        Tip base = common.orElseGet(() -> forkPoint(workspace, timeline, end));
        CommittedWork moved = common.isPresent() ? ancestry.workSince(tip.orElseThrow(), base) : CommittedWork.NONE;
        return new Work(timeline, end, head.branch(), tip.map(HeadState::point), point(base),
                ancestry.workSince(own, base), moved);
    }

    private static Tip forkPoint(Workspace workspace, TimelineId timeline, Lsn end) {
        return workspace.repository().timelines().history(timeline).parent()
                .map(parent -> new Tip(parent.timeline(), parent.forkPoint())).orElse(new Tip(timeline, end));
    }

    private static Point point(Tip tip) {
        return new Point(tip.timeline(), tip.lsn(), Optional.empty());
    }
}
