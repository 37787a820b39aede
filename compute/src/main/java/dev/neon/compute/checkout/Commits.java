package dev.neon.compute.checkout;

import dev.neon.ancestry.CommittedWork;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.CommitMessages;
import java.util.Optional;

/** Brings a branch forward to HEAD's temporary timeline. */
public final class Commits {
    private final Workspace workspace;

    public Commits(Workspace workspace) {
        this.workspace = workspace;
    }

    /**
     * What was committed.
     *
     * @param lsn  the end of WAL that the branch has now
     * @param work what it has got by it
     */
    public record Committed(RefName branch, Lsn lsn, CommittedWork work, Moved moved) {}

    /**
     * Points the branch at what HEAD's timeline has by now; a server there goes on, and what it writes later is not committed.
     *
     * @param allowEmpty whether nothing need have been done
     * @param restart    whether a server on the branch itself is taken along
     * @throws ConflictException if the branch has moved, there is nothing to commit, or no branch
     * @throws dev.neon.repo.error.BusyException if a server runs on the branch and is not to be taken along
     */
    public Committed commit(String message, boolean allowEmpty, boolean restart) {
        HeadState state = HeadState.read(workspace);
        HeadState.Work work = requireSomethingToCommit(state, allowEmpty);
        RefName branch = work.branch().orElseThrow();
        Optional<RefTarget> old = workspace.repository().refs().read(branch);
        Followers servers = new Followers(workspace, restart);
        try (NewTimelines made = new NewTimelines(workspace, "commit")) {
            TimelineId timeline = made.fork(work.point(), "commit: " + message);
            old.map(HeadChange::timeline).filter(left -> !left.equals(work.timeline())).ifPresent(left -> {
                servers.prepare(left, timeline);
                servers.require(left, "branch '" + branch.shortName() + "' itself");
                if (servers.haveStopped()) {
                    // A transaction may have committed there between the first look and the stop.
                    requireSomethingToCommit(HeadState.read(workspace), allowEmpty);
                }
            });
            RefTarget target = new RefTarget.Timeline(timeline);
            RefTransaction transaction = workspace.repository().refs().begin("commit: " + message);
            old.map(held -> transaction.update(branch, held, target)).orElseGet(() -> transaction.create(branch, target));
            noted(work, branch, message, target, transaction::commit);
            made.keep();
            old.map(HeadChange::timeline).ifPresent(workspace.timelines()::discardUnnamed);
            return new Committed(branch, work.end(), work.ahead(),
                    new Moved(state.head(), work.point(), Optional.empty(), servers.on(timeline, branch.shortName())));
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }

    /** Writes the message down before the branch moves, so that no commit is without one; it goes again if the branch does not. */
    private void noted(HeadState.Work work, RefName branch, String message, RefTarget target, Runnable move) {
        Repository repository = workspace.repository();
        CommitMessages messages = new CommitMessages(repository.timelines(), repository.files());
        Optional<CommitMessages.Message> before = messages.at(work.timeline(), work.end());
        try {
            messages.add(work.timeline(), new CommitMessages.Message(work.end(), repository.context().clock().instant(),
                    repository.context().who(), branch.shortName(), message));
            move.run();
        } catch (RuntimeException failure) {
            // It may have come when all had happened.
            if (!repository.refs().read(branch).equals(Optional.of(target))) {
                takeBack(messages, work, before, failure);
            }
            throw failure;
        }
    }

    private static void takeBack(CommitMessages messages, HeadState.Work work, Optional<CommitMessages.Message> before,
            RuntimeException failure) {
        boolean isInterrupted = Thread.interrupted();
        try {
            before.ifPresentOrElse(message -> messages.add(work.timeline(), message), () -> messages.remove(work.timeline(), work.end()));
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private HeadState.Work requireSomethingToCommit(HeadState state, boolean allowEmpty) {
        HeadState.Work work = Checkouts.requireTemporary(state);
        RefName branch = work.branch().orElseThrow(() -> new ConflictException(
                "HEAD is on a temporary timeline of no branch, so there is nothing to commit to",
                "'neon checkout -b <name>' makes a branch where it was forked, then 'neon commit'."));
        String name = branch.shortName();
        if (work.hasMoved() && !work.isAhead() && !allowEmpty) {
            throw new ConflictException("nothing to commit, and branch '" + name + "' has moved since it was checked out",
                    "'neon checkout " + name + "' begins again at its end.");
        }
        if (work.hasMoved()) {
            throw new ConflictException("branch '" + name + "' has moved since it was checked out at " + work.base().lsn() + ": "
                    + HeadChange.transactions(work.moved().transactions()) + " there, " + work.ahead().transactions() + " here",
                    "'neon diff HEAD " + name + "' shows what differs. Keep yours as a branch with 'neon checkout -b <name>', or"
                            + " put '" + name + "' where you are with 'neon branch -f " + name + " HEAD'.");
        }
        if (!work.isAhead() && !allowEmpty) {
            throw new ConflictException("nothing to commit: no transaction has changed anything on the " + work.title() + " since "
                    + work.base().lsn(), (workspace.instances().find(work.timeline()).isPresent() ? "Change something on its server, with 'neon psql'"
                            : "Start a server on it with 'neon start', change something") + ", and commit; '--allow-empty' commits as it is.");
        }
        return work;
    }
}
