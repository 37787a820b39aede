package dev.neon.compute.checkout;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.CommittedWork;
import dev.neon.ancestry.Tip;
import dev.neon.compute.checkout.HeadChange.Leaving;
import dev.neon.compute.checkout.HeadChange.Uncommitted;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was put aside: {@code refs/stash/<number>[/<branch>]}, each a point. */
public final class Stashes {
    private final Workspace workspace;
    private final HeadChange change;

    public Stashes(Workspace workspace) {
        this.workspace = workspace;
        this.change = new HeadChange(workspace);
    }

    /**
     * One of them.
     *
     * @param index 0 for the newest, as in {@code stash@{0}}
     */
    public record Stash(int index, RefName ref, RefTarget.Point point) {
        /** {@code stash@{0}}. */
        public String name() {
            return "stash@{" + index + "}";
        }

        /** Of which branch. */
        public Optional<RefName> branch() {
            return ref.stashedBranch();
        }
    }

    /** All, newest first. */
    public List<Stash> list() {
        List<RefName> names = new ArrayList<>();
        var refs = workspace.repository().refs().list(RefName.Kind.STASH);
        names.addAll(refs.keySet());
        names.sort((one, other) -> Long.compare(other.stashNumber(), one.stashNumber()));
        List<Stash> stashes = new ArrayList<>();
        for (RefName name : names) {
            if (refs.get(name) instanceof RefTarget.Point point) {
                stashes.add(new Stash(stashes.size(), name, point));
            }
        }
        return stashes;
    }

    /** @throws NotFoundException if there are not so many */
    public Stash get(int index) {
        List<Stash> all = list();
        if (index >= all.size()) {
            throw new NotFoundException(all.isEmpty() ? "nothing is stashed" : "stash@{" + index + "} does not exist",
                    all.isEmpty() ? "'neon stash' puts aside what is not committed." : "'neon stash list' shows what there is.");
        }
        return all.get(index);
    }

    /** What was done between the point of the branch at which it was checked out and the stash. */
    public CommittedWork work(Stash stash) {
        Ancestry ancestry = new Ancestry(workspace.repository(), workspace.wal());
        return ancestry.workSince(new Tip(stash.point().timeline(), stash.point().lsn()),
                new Tip(base(stash).timeline(), base(stash).lsn()));
    }

    /** Where it was checked out: the last point that it has in common with its branch, else where its timeline was forked. */
    public Point base(Stash stash) {
        Ancestry ancestry = new Ancestry(workspace.repository(), workspace.wal());
        Tip own = new Tip(stash.point().timeline(), stash.point().lsn());
        return stash.branch().flatMap(workspace.repository().refs()::read).map(ancestry::tip)
                .flatMap(tip -> ancestry.common(own, tip)).map(tip -> new Point(tip.timeline(), tip.lsn(), Optional.empty()))
                .orElseGet(() -> workspace.repository().timelines().history(own.timeline()).parent()
                        .map(parent -> new Point(parent.timeline(), parent.forkPoint(), Optional.empty()))
                        .orElse(new Point(own.timeline(), own.lsn(), Optional.empty())));
    }

    /**
     * Puts aside what is not committed; HEAD goes to a new temporary timeline at the end of the branch.
     *
     * @throws ConflictException if there is nothing to put aside
     */
    public Moved push(Optional<String> message, boolean restart) {
        HeadState state = HeadState.read(workspace);
        HeadState.Work before = Checkouts.requireTemporary(state);
        if (!before.isAhead()) {
            throw new ConflictException("nothing to stash: no transaction has changed anything on the " + before.title() + " since "
                    + before.base().lsn(), "'neon status' shows where HEAD is.");
        }
        Followers servers = new Followers(workspace, restart);
        try {
            servers.require(before.timeline(), "the " + before.title());
            // Looked at again: stopping it has written.
            HeadState.Work work = HeadState.read(workspace).work().orElseThrow();
            RefName name = RefName.stash(list().stream().mapToLong(stash -> stash.ref().stashNumber()).max().orElse(-1) + 1,
                    work.branch());
            RefTarget.Point point = new RefTarget.Point(work.timeline(), work.end(), message,
                    Optional.of(workspace.repository().context().clock().instant()),
                    Optional.of(workspace.repository().context().who()));
            Moved moved = change.toTemporary(state, Checkouts.fresh(work), work.branch(), "stash: " + message.orElse("on "
                    + work.branch().map(RefName::shortName).orElse(work.base().lsn().toString())), new Leaving(Uncommitted.ABANDONED, restart),
                    transaction -> transaction.create(name, point));
            return new Moved(moved.head(), moved.at(), moved.left(), servers.on(HeadChange.timelineOf(moved.head()), HeadChange.LABEL));
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }

    /**
     * Puts HEAD on a new temporary timeline that begins where a stash ends.
     *
     * @param drop whether the stash goes
     * @throws ConflictException if HEAD's timeline has something that is not committed
     */
    public Moved apply(Stash stash, boolean drop, boolean restart) {
        HeadState state = HeadState.read(workspace);
        HeadChange.requireNothingAhead(state, "cannot take up " + stash.name());
        return change.toTemporary(state, point(stash), stash.branch(), "stash " + (drop ? "pop " : "apply ") + stash.name(),
                new Leaving(Uncommitted.NONE, restart), transaction -> {
                    if (drop) {
                        transaction.delete(stash.ref(), stash.point());
                    }
                });
    }

    /** Makes a branch where a stash was checked out, and takes it up there. */
    public Moved branch(Stash stash, String name, boolean restart) {
        HeadState state = HeadState.read(workspace);
        HeadChange.requireNothingAhead(state, "cannot take up " + stash.name());
        RefName branch = workspace.branches().requireNew(name, "Choose another name, or take the stash up with 'neon stash pop'.");
        try (NewTimelines made = new NewTimelines(workspace, NewTimelines.BRANCH)) {
            RefTarget target = new RefTarget.Timeline(made.fork(base(stash), "branch " + name));
            Moved moved = change.toTemporary(state, point(stash), Optional.of(branch), "stash branch " + name,
                    new Leaving(Uncommitted.NONE, restart), transaction -> transaction.create(branch, target).delete(stash.ref(), stash.point()));
            made.keep();
            return moved;
        }
    }

    /** Forgets a stash. */
    public void drop(Stash stash) {
        workspace.repository().refs().begin("stash drop " + stash.name()).delete(stash.ref(), stash.point()).commit();
    }

    private static Point point(Stash stash) {
        return new Point(stash.point().timeline(), stash.point().lsn(), Optional.of(stash.ref()));
    }
}
