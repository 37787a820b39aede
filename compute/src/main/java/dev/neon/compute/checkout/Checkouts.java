package dev.neon.compute.checkout;

import dev.neon.compute.checkout.HeadChange.Leaving;
import dev.neon.compute.checkout.HeadChange.Uncommitted;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Optional;

/** Moves HEAD: to temporary timelines, and to branches themselves. */
public final class Checkouts {
    private final Workspace workspace;
    private final HeadChange change;

    public Checkouts(Workspace workspace) {
        this.workspace = workspace;
        this.change = new HeadChange(workspace);
    }

    /** Where HEAD is. */
    public HeadState state() {
        return HeadState.read(workspace);
    }

    /**
     * How HEAD leaves where it is.
     *
     * @param discard whether what is not committed there may be left
     * @param restart whether a server there comes along
     */
    public record Options(boolean discard, boolean restart) {}

    /**
     * Forks a temporary timeline at a point and puts HEAD on it.
     *
     * @param branch that it is to be committed to; empty for none
     * @return empty if HEAD is on such a timeline already, and nothing was done on either side since
     * @throws ConflictException if something is not committed and not to be discarded
     */
    public Optional<Moved> checkout(Point at, Optional<RefName> branch, Options options) {
        HeadState state = state();
        boolean isSame = branch.isPresent() && state.work().map(HeadState.Work::branch).equals(Optional.of(branch));
        if (isSame && !options.discard() && (state.work().orElseThrow().isAhead() || !state.work().orElseThrow().hasMoved())) {
            return Optional.empty();
        }
        requireMayLeave(state, options);
        String command = "checkout: " + moving(state.head(), branch.map(RefName::shortName).orElse(at.timeline() + "@" + at.lsn()), true);
        return Optional.of(change.toTemporary(state, at, branch, command, leaving(state, options), _ -> { }));
    }

    /**
     * Makes a branch and puts HEAD on a temporary timeline of it. Without a point it begins where HEAD's temporary timeline
     * was forked and takes that over with what is not committed, as {@code git checkout -b} takes the working tree.
     */
    public Moved checkoutNew(String name, Optional<Point> at, Options options) {
        RefName branch = requireNew(name);
        HeadState state = state();
        String command = "checkout: " + moving(state.head(), name, true);
        if (at.isEmpty() && state.work().isPresent()) {
            HeadState.Work work = state.work().get();
            try (NewTimelines made = new NewTimelines(workspace, NewTimelines.BRANCH)) {
                TimelineId timeline = made.fork(work.base(), "branch " + name);
                Head.Temporary head = new Head.Temporary(work.timeline(), Optional.of(branch));
                workspace.repository().refs().begin(command).create(branch, new RefTarget.Timeline(timeline))
                        .update(RefName.HEAD, state.head().target(), head.target()).commit();
                made.keep();
                return new Moved(head, work.base(), Optional.empty(), List.of());
            }
        }
        requireMayLeave(state, options);
        Point begin = at.orElseGet(() -> workspace.resolver().resolve(RefName.HEAD.full()));
        try (NewTimelines made = new NewTimelines(workspace, NewTimelines.BRANCH)) {
            TimelineId timeline = made.fork(begin, "branch " + name);
            Moved moved = change.toTemporary(state, begin, Optional.of(branch), command, leaving(state, options),
                    transaction -> transaction.create(branch, new RefTarget.Timeline(timeline)));
            made.keep();
            return moved;
        }
    }

    /** Puts HEAD on a branch itself: what a server writes there belongs to the branch at once. */
    public Optional<Moved> switchTo(RefName branch, Options options) {
        HeadState state = state();
        if (state.head().equals(new Head.OnBranch(branch))) {
            return Optional.empty();
        }
        requireMayLeave(state, options);
        String command = "switch: " + moving(state.head(), branch.shortName(), false);
        return Optional.of(change.toBranch(state, branch, change.tip(branch), command, leaving(state, options), _ -> { }));
    }

    /**
     * Makes a branch and puts HEAD on it. Without a point, HEAD's temporary timeline becomes the branch, with all that was done
     * there and with the server on it; where HEAD is on a branch itself, the new one begins at its end.
     */
    public Moved switchNew(String name, Optional<Point> at, Options options) {
        RefName branch = requireNew(name);
        HeadState state = state();
        String command = "switch: " + moving(state.head(), name, false);
        if (at.isEmpty() && state.work().isPresent()) {
            HeadState.Work work = state.work().get();
            return change.toBranch(state, branch, work.point(), command, new Leaving(Uncommitted.STAYS, false),
                    transaction -> transaction.create(branch, new RefTarget.Timeline(work.timeline())));
        }
        requireMayLeave(state, options);
        Point begin = at.orElseGet(() -> workspace.resolver().resolve(RefName.HEAD.full()));
        try (NewTimelines made = new NewTimelines(workspace, NewTimelines.BRANCH)) {
            TimelineId timeline = made.fork(begin, "branch " + name);
            Moved moved = change.toBranch(state, branch, begin, command, leaving(state, options),
                    transaction -> transaction.create(branch, new RefTarget.Timeline(timeline)));
            made.keep();
            return moved;
        }
    }

    /** Leaves HEAD's temporary timeline for a new one, at the end of its branch or where it was forked. */
    public Moved discard(boolean restart) {
        HeadState state = state();
        HeadState.Work work = requireTemporary(state);
        return change.toTemporary(state, fresh(work), work.branch(), "checkout --discard", new Leaving(Uncommitted.ABANDONED, restart), _ -> { });
    }

    /** Where a temporary timeline in place of another begins. */
    static Point fresh(HeadState.Work work) {
        return work.tip().orElse(work.base());
    }

    /** @throws ConflictException if HEAD is on a branch itself */
    static HeadState.Work requireTemporary(HeadState state) {
        return state.work().orElseThrow(() -> {
            String branch = state.head().branch().orElseThrow().shortName();
            return new ConflictException("HEAD is on branch '" + branch + "' itself, not on a temporary timeline",
                    "What its server writes belongs to '" + branch + "' at once. 'neon checkout " + branch
                            + "' begins a temporary timeline, 'neon reset' brings the branch to another point.");
        });
    }

    /**
     * A place where HEAD was.
     *
     * @param branch its branch
     * @param at     where a temporary timeline without a branch was forked
     */
    public record Place(Optional<RefName> branch, Optional<Point> at) {}

    /**
     * Where HEAD was before it came to the branch, or the point, where it is: what {@code checkout -} means. Places that are
     * gone are passed over.
     *
     * @throws NotFoundException if it was always here, or all that it was on is gone
     */
    public Place previous() {
        Head now = state().head();
        for (Operation operation : workspace.repository().log().of(RefName.HEAD)) {
            for (RefChange moved : operation.changes()) {
                Optional<Head> before = moved.ref().equals(RefName.HEAD)
                        ? moved.oldValue().map(value -> Head.of(RefTarget.parse(RefName.HEAD, value))) : Optional.empty();
                if (before.isPresent() && !isSamePlace(before.get(), now) && isThere(before.get())) {
                    return placeOf(before.get());
                }
            }
        }
        throw new NotFoundException("HEAD was nowhere else before", "Name the branch, 'neon branch' lists them.");
    }

    private static boolean isSamePlace(Head one, Head other) {
        return one.branch().isPresent() || other.branch().isPresent() ? one.branch().equals(other.branch()) : one.equals(other);
    }

    private boolean isThere(Head head) {
        return head.branch().map(branch -> workspace.repository().refs().read(branch).isPresent())
                .orElseGet(() -> workspace.repository().timelines().exists(HeadChange.timelineOf(head)));
    }

    private Place placeOf(Head head) {
        if (head.branch().isPresent() || !(head instanceof Head.Temporary temporary)) {
            return new Place(head.branch(), Optional.empty());
        }
        return new Place(Optional.empty(), workspace.repository().timelines().history(temporary.timeline()).parent()
                .map(parent -> new Point(parent.timeline(), parent.forkPoint(), Optional.empty())));
    }

    private RefName requireNew(String name) {
        return workspace.branches().requireNew(name, "'neon checkout " + name + "' works on it, 'neon branch -f " + name
                + " <revision>' moves it.");
    }

    private static void requireMayLeave(HeadState state, Options options) {
        if (!options.discard()) {
            HeadChange.requireNothingAhead(state, "cannot leave");
        }
    }

    private static Leaving leaving(HeadState state, Options options) {
        Uncommitted uncommitted = !options.discard() ? Uncommitted.NONE
                : state.work().filter(HeadState.Work::isAhead).isPresent() ? Uncommitted.ABANDONED : Uncommitted.STAYS;
        return new Leaving(uncommitted, options.restart());
    }

    /** As git's log has it; where both sides are of one branch, what differs is said. */
    private static String moving(Head from, String to, boolean isTemporary) {
        String name = from.branch().map(RefName::shortName).orElseGet(() -> HeadChange.timelineOf(from).hex());
        boolean isSame = name.equals(to);
        return "moving from " + title(name, isSame && from instanceof Head.Temporary) + " to " + title(to, isSame && isTemporary);
    }

    private static String title(String name, boolean isTemporary) {
        return isTemporary ? "a temporary timeline of " + name : name;
    }
}
