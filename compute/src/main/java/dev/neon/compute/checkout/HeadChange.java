package dev.neon.compute.checkout;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.revision.Point;
import java.util.Optional;
import java.util.function.Consumer;

/** What the operations that move HEAD have in common: what they refuse, and the order of their steps. */
final class HeadChange {
    /** What {@code neon ps} and others call the server on HEAD's temporary timeline. */
    static final String LABEL = "HEAD";
    /** In {@code history}, of timelines that {@code neon checkout} and its like make. */
    static final String CHECKOUT = "checkout";

    private final Workspace workspace;

    HeadChange(Workspace workspace) {
        this.workspace = workspace;
    }

    /** @throws ConflictException if HEAD's temporary timeline has what no branch has */
    static void requireNothingAhead(HeadState state, String problem) {
        HeadState.Work work = state.work().filter(HeadState.Work::isAhead).orElse(null);
        if (work != null) {
            String them = work.ahead().transactions() == 1 ? "it" : "them";
            throw new ConflictException(problem + ": " + transactions(work.ahead().transactions()) + " on the " + work.title()
                    + (work.ahead().transactions() == 1 ? " is" : " are") + " not committed",
                    work.branch().isPresent() && !work.hasMoved()
                            ? "'neon commit -m <message>' keeps " + them + ", 'neon stash' puts " + them + " aside, '--discard' leaves " + them + '.'
                            : "'neon checkout -b <name>' makes a branch for " + them + ", 'neon stash' puts " + them
                                    + " aside, '--discard' leaves " + them + '.');
        }
    }

    static String transactions(long count) {
        return count + (count == 1 ? " transaction" : " transactions");
    }

    /** A new temporary timeline at a point, with HEAD on it. */
    Moved toTemporary(HeadState from, Point at, Optional<RefName> branch, String command, Leaving leaving,
            Consumer<RefTransaction> more) {
        Followers servers = new Followers(workspace, leaving.restart());
        try (NewTimelines made = new NewTimelines(workspace, CHECKOUT)) {
            TimelineId timeline = made.fork(at, command);
            Head.Temporary head = new Head.Temporary(timeline, branch);
            Moved moved = move(from, head, at, command, leaving, servers, more);
            made.keep();
            return moved;
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }

    /** HEAD on a branch itself. */
    Moved toBranch(HeadState from, RefName branch, Point at, String command, Leaving leaving, Consumer<RefTransaction> more) {
        Followers servers = new Followers(workspace, leaving.restart());
        try {
            return move(from, new Head.OnBranch(branch), at, command, leaving, servers, more);
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }

    /** What becomes of what is not committed on a timeline that is left. */
    enum Uncommitted {
        /** There is nothing; what a server does until it is stopped is not left either. */
        NONE,
        /** Nothing leads to it any more, so a server may not go on there. */
        ABANDONED,
        /** Whatever there is, it may stay there. */
        STAYS
    }

    /**
     * How a timeline is left.
     *
     * @param restart whether its server comes along
     */
    record Leaving(Uncommitted uncommitted, boolean restart) {}

    private Moved move(HeadState from, Head to, Point at, String command, Leaving leaving, Followers servers,
            Consumer<RefTransaction> more) {
        Optional<TimelineId> before = timeline(from.head());
        before.ifPresent(left -> timeline(to).ifPresent(next -> servers.prepare(left, next)));
        if (before.isPresent() && leaving.uncommitted() == Uncommitted.ABANDONED) {
            servers.require(before.get(), from.work().map(work -> "the " + work.title()).orElse("HEAD"));
        }
        Optional<Instance> left = before.flatMap(servers::stop);
        if (leaving.uncommitted() == Uncommitted.NONE && servers.haveStopped()) {
            // A transaction may have committed between the first look and the stop.
            requireNothingAhead(HeadState.read(workspace), "cannot leave");
        }
        RefTransaction transaction = workspace.repository().refs().begin(command);
        if (!from.head().target().equals(to.target())) {
            transaction.update(RefName.HEAD, from.head().target(), to.target());
        }
        more.accept(transaction);
        transaction.commit();
        before.filter(_ -> left.isEmpty()).filter(_ -> from.head() instanceof Head.Temporary)
                .ifPresent(workspace.timelines()::discardUnnamed);
        TimelineId after = timeline(to).orElseThrow();
        return new Moved(to, at, left.filter(server -> !server.timeline().equals(after)),
                servers.on(after, to instanceof Head.OnBranch on ? on.name().shortName() : LABEL));
    }

    /** The timeline on which a server without a name is started; empty if HEAD is on a branch that does not exist. */
    private Optional<TimelineId> timeline(Head head) {
        return switch (head) {
            case Head.Temporary temporary -> Optional.of(temporary.timeline());
            case Head.OnBranch on -> workspace.repository().refs().read(on.name()).map(HeadChange::timeline);
        };
    }

    static TimelineId timelineOf(Head temporary) {
        return Branches.timelineOf(temporary.target());
    }

    static TimelineId timeline(RefTarget branch) {
        return Branches.timelineOf(branch);
    }

    /** The end of a branch. */
    Point tip(RefName branch) {
        RefTarget target = workspace.repository().refs().read(branch).orElseThrow(() -> new NotFoundException(
                "branch '" + branch.shortName() + "' does not exist", "'neon branch' lists the branches."));
        TimelineId timeline = timeline(target);
        return new Point(timeline, workspace.positions().end(timeline), Optional.of(branch));
    }
}
