package dev.neon.compute.workspace;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Creates, renames and deletes branches. */
public final class Branches {
    private final Workspace workspace;
    private final Repository repository;
    private final BranchSettings settings;

    Branches(Workspace workspace) {
        this.workspace = workspace;
        this.repository = workspace.repository();
        this.settings = new BranchSettings(repository.config());
    }

    /**
     * A branch that was made.
     *
     * @param replaced what the name was of before, if it existed
     */
    public record Created(TimelineId timeline, Optional<Dropped> replaced) {}

    /**
     * A new branch that begins at a point; where it exists and {@code force} is set, it is pointed there.
     *
     * @throws AlreadyExistsException if there is one of that name
     * @throws ConflictException      if it is to be moved and is protected
     * @throws BusyException          if it is to be moved while a server runs on it
     */
    public Created create(String name, Point at, boolean force) {
        return create(name, at, force, Optional.empty());
    }

    /**
     * As the other.
     *
     * @param expires when it is to go; empty for never, whatever was set for one of that name before
     */
    public Created create(String name, Point at, boolean force, Optional<Instant> expires) {
        return create(name, at, force, expires, "branch " + name);
    }

    /**
     * As the others.
     *
     * @param command what the operation log says, where it is not a user's command
     */
    public Created create(String name, Point at, boolean force, Optional<Instant> expires, String command) {
        RefName branch = force ? RefName.branch(name) : requireNew(name, "Choose another name, or move it with --force.");
        Optional<RefTarget> existing = repository.refs().read(branch);
        Optional<Dropped> replaced = replaced(branch, existing, Optional.of(at));
        forgetFormer(branch, existing.isPresent());
        TimelineId timeline = TimelineId.random();
        try (HeldLease _ = workspace.timelines().hold(timeline, at, command)) {
            begin(branch, existing, timeline, at, command);
        }
        if (expires.isPresent()) {
            settings.setExpires(branch, expires);
        }
        existing.ifPresent(this::removeDataDirectory);
        return new Created(timeline, replaced);
    }

    /**
     * The name of a branch that is to be made.
     *
     * @param hint what can be done if there is one
     * @throws AlreadyExistsException if there is one of that name
     */
    public RefName requireNew(String name, String hint) {
        RefName branch = RefName.branch(name);
        if (repository.refs().read(branch).isPresent()) {
            throw new AlreadyExistsException("a branch named '" + name + "' already exists", hint);
        }
        return branch;
    }

    /** A crash may have left what another branch of that name had: a new one does not vanish by it. */
    private void forgetFormer(RefName branch, boolean exists) {
        settings.setExpires(branch, Optional.empty());
        if (!exists) {
            settings.setProtected(branch, false);
        }
    }

    private void begin(RefName branch, Optional<RefTarget> existing, TimelineId timeline, Point at, String command) {
        workspace.timelines().fork(timeline, at, command, Optional.empty());
        RefTransaction transaction = repository.refs().begin(command);
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
    }

    /**
     * Gives a branch another name; HEAD follows. Where that is a branch and {@code force} is set, it is replaced.
     *
     * @return what the new name was of before, if it existed
     * @throws AlreadyExistsException if there is one of that name
     * @throws BusyException          if one is to be replaced while a server runs on it
     */
    public Optional<Dropped> rename(String from, String to, boolean force) {
        RefName source = RefName.branch(from);
        RefTarget value = repository.refs().read(source).orElseThrow(() -> unknown(from));
        RefName target = force ? RefName.branch(to) : requireNew(to, "Choose another name, or replace it with --force.");
        Optional<RefTarget> existing = repository.refs().read(target);
        if (source.equals(target)) {
            return Optional.empty();
        }
        Optional<Dropped> replaced = replaced(target, existing, Optional.empty());
        RefTransaction transaction = repository.refs().begin("branch -m " + from + " " + to).delete(source, value);
        existing.map(old -> transaction.update(target, old, value)).orElseGet(() -> transaction.create(target, value));
        Head.read(repository.refs()).filter(head -> head.branch().equals(Optional.of(source)))
                .ifPresent(head -> transaction.update(RefName.HEAD, head.target(), head.renamed(target).target()));
        settings.copy(source, target);
        transaction.commit();
        settings.remove(source);
        existing.ifPresent(this::removeDataDirectory);
        return replaced;
    }

    /**
     * What a name was taken from.
     *
     * @param end      of its WAL
     * @param unshared bytes of WAL that no other name reaches any more; 0 if nothing was done there
     */
    public record Dropped(TimelineId timeline, Lsn end, long unshared) {}

    /**
     * Removes the name of a branch; the timeline stays until it is collected. Its data directory goes when it has no
     * other branch.
     *
     * @throws ConflictException if it is checked out or protected, or was the last name of history and {@code force} is not
     *                           set
     * @throws BusyException     if a server runs on it
     */
    public Dropped delete(String name, boolean force) {
        return delete(name, force, reach());
    }

    /** How far names reach, for {@link #delete(String, boolean, Reach)}. */
    public Reach reach() {
        return new Reach(repository);
    }

    /**
     * As the other.
     *
     * @param reach the same for all names that are deleted together; it is told of the one that goes
     */
    public Dropped delete(String name, boolean force, Reach reach) {
        RefName branch = RefName.branch(name);
        RefTarget value = repository.refs().read(branch).orElseThrow(() -> unknown(name));
        if (head().equals(Optional.of(branch))) {
            throw new ConflictException("cannot delete branch '" + name + "': HEAD is on it",
                    repository.refs().list(RefName.Kind.BRANCH).keySet().stream().filter(other -> !other.equals(branch)).findFirst()
                            .map(other -> "Go to another first, for example with 'neon switch " + other.shortName() + "'.")
                            .orElse("It is the only one. Make another first, with 'neon switch -c <name>'."));
        }
        requireUnprotected(branch, "cannot delete");
        requireStopped(branch, value);
        Dropped dropped = dropped(branch, value, Optional.empty(), reach);
        if (dropped.unshared() > 0 && !force) {
            throw new ConflictException("branch '" + name + "' is the last name of "
                    + Math.ceilDiv(dropped.unshared(), 1024) + " kB of WAL",
                    "Delete it all the same with 'neon branch -D " + name + "'.");
        }
        repository.refs().begin("branch -d " + name).delete(branch, value, settings.noted(branch)).commit();
        reach.forget(branch);
        settings.remove(branch);
        removeDataDirectory(value);
        return dropped;
    }

    /** Lets a branch expire, or not. */
    public void setExpires(String name, Optional<Instant> expires) {
        settings.setExpires(existing(name), expires);
    }

    /** Protects a branch from being deleted or replaced, or lifts that. */
    public void setProtected(String name, boolean isProtected) {
        settings.setProtected(existing(name), isProtected);
    }

    private RefName existing(String name) {
        RefName branch = RefName.branch(name);
        repository.refs().read(branch).orElseThrow(() -> unknown(name));
        return branch;
    }

    private void requireUnprotected(RefName branch, String problem) {
        if (settings.isProtected(branch)) {
            throw new ConflictException(problem + " branch '" + branch.shortName() + "': it is protected",
                    "'neon branch --unprotect " + branch.shortName() + "' lifts that.");
        }
    }

    /** Checks that a branch may be replaced by force, and tells what is lost by it unless the new point keeps it. */
    private Optional<Dropped> replaced(RefName branch, Optional<RefTarget> existing, Optional<Point> kept) {
        if (existing.isEmpty()) {
            return Optional.empty();
        }
        requireUnprotected(branch, "cannot replace");
        requireStopped(branch, existing.get());
        try {
            return Optional.of(dropped(branch, existing.get(), kept, reach()));
        } catch (CorruptFileException | NotFoundException damaged) {
            // Replacing it is a way out, so damage does not stand against it.
            return Optional.empty();
        }
    }

    private Dropped dropped(RefName branch, RefTarget value, Optional<Point> kept, Reach reach) {
        TimelineId timeline = timelineOf(value);
        Lsn end = workspace.positions().end(timeline);
        UnsharedEnd unshared = UnsharedEnd.of(workspace, timeline, end, part -> reach.without(branch, part, kept));
        return new Dropped(timeline, end, unshared.hasWork(workspace) ? unshared.bytes() : 0);
    }

    /** The branch that HEAD is on, itself or by a temporary timeline. */
    public Optional<RefName> head() {
        return Head.read(repository.refs()).flatMap(Head::branch);
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

    private void requireStopped(RefName branch, RefTarget value) {
        TimelineId timeline = timelineOf(value);
        if (workspace.instances().find(timeline).isPresent() && !hasOtherBranch(branch, timeline)) {
            throw new BusyException("a server is running on branch '" + branch.shortName() + "'",
                    "Stop it first with 'neon stop " + branch.shortName() + "'.");
        }
    }

    private boolean hasOtherBranch(RefName branch, TimelineId timeline) {
        for (Map.Entry<RefName, RefTarget> ref
                : repository.refs().listing(RefName.Kind.BRANCH).refs().entrySet()) {
            if (!ref.getKey().equals(branch) && timelineOf(ref.getValue()).equals(timeline)) {
                return true;
            }
        }
        return false;
    }

    private void removeDataDirectory(RefTarget former) {
        workspace.timelines().discardUnnamed(timelineOf(former));
    }

    private NotFoundException unknown(String name) {
        return new NotFoundException("branch '" + name + "' does not exist", "'neon branch' lists the branches.");
    }
}
