package dev.neon.compute.workspace;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates, renames and deletes branches. */
public final class Branches {
    private final Workspace workspace;
    private final Repository repository;

    Branches(Workspace workspace) {
        this.workspace = workspace;
        this.repository = workspace.repository();
    }

    /**
     * A new branch that begins at a point; where it exists and {@code force} is set, it is pointed there.
     *
     * @throws AlreadyExistsException if there is one of that name
     * @throws BusyException          if it is to be moved while a server runs on it
     */
    public TimelineId create(String name, Point at, boolean force) {
        RefName branch = RefName.branch(name);
        Optional<RefTarget> existing = repository.refs().read(branch);
        if (existing.isPresent()) {
            if (!force) {
                throw new AlreadyExistsException("a branch named '" + name + "' already exists",
                        "Choose another name, or move it with --force.");
            }
            requireStopped(name);
        }
        TimelineId timeline = workspace.timelines().fork(at, "branch " + name, Optional.empty());
        RefTransaction transaction = repository.refs().begin("branch " + name);
        RefTarget target = new RefTarget.Timeline(timeline);
        try {
            existing.map(old -> transaction.update(branch, old, target))
                    .orElseGet(() -> transaction.create(branch, target)).commit();
        } catch (RuntimeException failure) {
            // It may have come when all had happened, while the lock was given up: then the branch needs its timeline.
            if (!repository.refs().read(branch).equals(Optional.of(target))) {
                repository.timelines().remove(timeline);
            }
            throw failure;
        }
        return timeline;
    }

    /** Gives a branch another name; HEAD follows. */
    public void rename(String from, String to, boolean force) {
        RefName source = RefName.branch(from);
        RefName target = RefName.branch(to);
        RefTarget value = repository.refs().read(source).orElseThrow(() -> unknown(from));
        Optional<RefTarget> existing = repository.refs().read(target);
        if (existing.isPresent() && !force) {
            throw new AlreadyExistsException("a branch named '" + to + "' already exists",
                    "Choose another name, or replace it with --force.");
        }
        RefTransaction transaction = repository.refs().begin("branch -m " + from + " " + to).delete(source, value);
        existing.map(old -> transaction.update(target, old, value)).orElseGet(() -> transaction.create(target, value));
        if (head().equals(Optional.of(source))) {
            transaction.update(RefName.HEAD, new RefTarget.Symbolic(source), new RefTarget.Symbolic(target));
        }
        transaction.commit();
    }

    /**
     * A deleted branch.
     *
     * @param unshared bytes of WAL that no other name reaches any more
     */
    public record Deleted(TimelineId timeline, Lsn end, long unshared) {}

    /**
     * Removes the name of a branch; the timeline stays until it is collected.
     *
     * @throws ConflictException if it is checked out, or was the last name of history and {@code force} is not set
     * @throws BusyException     if a server runs on it
     */
    public Deleted delete(String name, boolean force) {
        RefName branch = RefName.branch(name);
        RefTarget value = repository.refs().read(branch).orElseThrow(() -> unknown(name));
        if (head().equals(Optional.of(branch))) {
            throw new ConflictException("cannot delete branch '" + name + "': HEAD is on it",
                    "It is the current branch, and no command of this release moves HEAD."
                            + " 'neon branch -m <new>' renames it.");
        }
        TimelineId timeline = timelineOf(value);
        boolean shared = isNamedElsewhere(branch, timeline);
        if (!shared) {
            requireStopped(name);
        }
        Lsn end = workspace.positions().end(timeline);
        long unshared = shared ? 0 : workspace.timelines().ownBytes(timeline, end);
        if (unshared > 0 && !force) {
            throw new ConflictException("branch '" + name + "' is the last name of " + unshared
                    + " bytes of WAL since it was forked", "Delete it all the same with 'neon branch -D " + name + "'.");
        }
        repository.refs().begin("branch -d " + name).delete(branch, value).commit();
        return new Deleted(timeline, end, unshared);
    }

    /** The branch that HEAD is on. */
    public Optional<RefName> head() {
        return repository.refs().read(RefName.HEAD).filter(RefTarget.Symbolic.class::isInstance)
                .map(target -> ((RefTarget.Symbolic) target).name());
    }

    /** The timeline of a branch; a branch never holds anything else. */
    public static TimelineId timelineOf(RefTarget branch) {
        // Before the switch, which costs 8 ms of start-up when it is the first over types.
        if (branch instanceof RefTarget.Timeline timeline) {
            return timeline.id();
        }
        return switch (branch) {
            case RefTarget.Timeline timeline -> timeline.id();
            case RefTarget.Point point -> point.timeline();
            case RefTarget.Symbolic symbolic -> throw new ConflictException(
                    "a branch points to '" + symbolic.name() + "' and not to a timeline",
                    "Only HEAD may point to a ref. Delete the branch and make it again.");
        };
    }

    private void requireStopped(String name) {
        RefTarget value = repository.refs().read(RefName.branch(name)).orElseThrow(() -> unknown(name));
        if (workspace.instances().find(timelineOf(value)).isPresent()) {
            throw new BusyException("a server is running on branch '" + name + "'",
                    "Stop it first with 'neon stop " + name + "'.");
        }
    }

    /** Whether a ref other than {@code branch} keeps all of the timeline: another branch of it, or a fork at its end. */
    private boolean isNamedElsewhere(RefName branch, TimelineId timeline) {
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.REMOTE_BRANCH)) {
            for (Map.Entry<RefName, RefTarget> ref : repository.refs().list(kind).entrySet()) {
                if (!ref.getKey().equals(branch) && timelineOf(ref.getValue()).equals(timeline)) {
                    return true;
                }
            }
        }
        return false;
    }

    private NotFoundException unknown(String name) {
        return new NotFoundException("branch '" + name + "' does not exist", "'neon branch' lists the branches.");
    }
}
