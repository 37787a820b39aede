package dev.neon.compute.checkout;

import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.OperationStack;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes operations back, and repeats them: refs get the values that they had. Each is an operation itself. */
public final class Undo {
    private final Workspace workspace;
    private final Repository repository;
    private final boolean restart;

    /** @param restart whether servers on timelines that lose their name are taken along */
    public Undo(Workspace workspace, boolean restart) {
        this.workspace = workspace;
        this.repository = workspace.repository();
        this.restart = restart;
    }

    /**
     * What was done.
     *
     * @param operation that was taken back, repeated, or gone back to
     * @param changes   of refs, by this
     * @param left      what has no name any more by this
     * @param restart   servers that were stopped and are to be started where their names are now
     */
    public record Done(Operation operation, List<RefChange> changes, List<LeftBehind> left, List<StartRequest> restart) {
        public Done {
            changes = List.copyOf(changes);
            left = List.copyOf(left);
            restart = List.copyOf(restart);
        }
    }

    /**
     * Takes an operation back.
     *
     * @param id of one; the newest that is in force if empty
     * @throws NotFoundException if there is none
     * @throws ConflictException if a ref that it changed has changed again since, or a protected branch would lose what it has
     */
    public Done undo(Optional<String> id) {
        List<Operation> log = repository.log().read();
        OperationStack stack = new OperationStack(log);
        Operation operation = id.map(text -> find(log, text)).or(stack::toUndo).orElseThrow(() -> new NotFoundException(
                "nothing to undo", "'neon op log' shows what was done."));
        if (!stack.isDone(operation)) {
            throw new ConflictException("operation " + operation.id() + " is not in force: " + operation.command(),
                    "It begins the repository, is an undo itself, or was taken back; 'neon redo' repeats what was undone last.");
        }
        List<RefChange> changes = reversed(operation);
        if (!stack.toUndo().equals(Optional.of(operation))) {
            requireHeadStays(operation, changes);
        }
        return change(log, operation, OperationStack.undoOf(operation), changes);
    }

    /** Repeats the operation that was taken back last. */
    public Done redo() {
        List<Operation> log = repository.log().read();
        Operation operation = new OperationStack(log).toRedo().orElseThrow(() -> new NotFoundException(
                "nothing to redo", "Only what was undone can be repeated, and only until something else is done."));
        return change(log, operation, OperationStack.redoOf(operation), operation.changes());
    }

    /** Gives all refs the values that they had after an operation. */
    public Done restore(String id) {
        List<Operation> log = repository.log().read();
        Operation wanted = find(log, id);
        Map<RefName, RefChange> changes = new LinkedHashMap<>();
        for (Operation later : log) {
            if (later.id().equals(wanted.id())) {
                break;
            }
            for (RefChange change : later.changes()) {
                changes.merge(change.ref(), new RefChange(change.ref(), change.newValue(), change.oldValue()),
                        (newer, older) -> new RefChange(change.ref(), newer.oldValue(), older.newValue()));
            }
        }
        return change(log, wanted, OperationStack.restoreOf(wanted), changes.values().stream()
                .filter(change -> !target(change.ref(), change.oldValue()).equals(target(change.ref(), change.newValue()))).toList());
    }

    /**
     * The operation whose id begins like this.
     *
     * @throws NotFoundException if there is none, or more than one
     */
    public static Operation find(List<Operation> log, String id) {
        List<Operation> found = log.stream().filter(operation -> operation.id().startsWith(id)).toList();
        if (found.size() != 1 || id.isEmpty()) {
            throw new NotFoundException(found.isEmpty() ? "there is no operation '" + id + "'"
                    : "'" + id + "' is the beginning of " + found.size() + " operations", "'neon op log' lists them.");
        }
        return found.getFirst();
    }

    private static List<RefChange> reversed(Operation operation) {
        return operation.changes().stream().map(change -> new RefChange(change.ref(), change.newValue(), change.oldValue())).toList();
    }

    private Done change(List<Operation> log, Operation operation, String command, List<RefChange> changes) {
        changes.forEach(change -> requireUnchanged(operation, change));
        RefsAgain again = new RefsAgain(workspace, log, changes);
        try (HeldLease _ = again.hold(command)) {
            again.requireThere();
            again.requireUnprotected();
            Done done = change(operation, command, changes, again);
            new CommitNotes(workspace).settle(log, operation);
            return done;
        }
    }

    private Done change(Operation operation, String command, List<RefChange> changes, RefsAgain again) {
        Followers servers = new Followers(workspace, restart);
        try {
            List<StartRequest> following = new ArrayList<>();
            Set<TimelineId> named = named(changes);
            Map<TimelineId, String> left = left(changes, named);
            for (RefChange change : changes) {
                Optional<TimelineId> from = timeline(change, change.oldValue()).filter(left::containsKey);
                if (from.isPresent()) {
                    Optional<TimelineId> next = next(change, changes);
                    next.ifPresent(to -> servers.prepare(from.get(), to));
                    servers.require(from.get(), left.get(from.get()));
                    next.flatMap(to -> servers.follow(from.get(), to, label(change))).ifPresent(following::add);
                } else if (restart && change.ref().equals(RefName.HEAD)) {
                    next(change, changes).flatMap(to -> alongWithHead(change, to, left.keySet(), servers)).ifPresent(following::add);
                }
            }
            again.commit(command);
            workspace.timelines().discardUnnamed(left.keySet());
            return new Done(operation, changes, LeftBehind.of(workspace, left, named), following);
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }

    /** The server on the branch that HEAD leaves comes along, as with a checkout, unless one runs where HEAD will be. */
    private Optional<StartRequest> alongWithHead(RefChange head, TimelineId to, Set<TimelineId> left, Followers servers) {
        Optional<TimelineId> from = target(head.ref(), head.oldValue()).filter(RefTarget.Symbolic.class::isInstance)
                .flatMap(symbolic -> repository.refs().read(((RefTarget.Symbolic) symbolic).name())).map(Branches::timelineOf)
                .filter(timeline -> !timeline.equals(to) && !left.contains(timeline));
        if (from.isEmpty() || workspace.instances().find(to).isPresent()) {
            return Optional.empty();
        }
        servers.prepare(from.get(), to);
        servers.stop(from.get());
        return servers.follow(from.get(), to, label(head));
    }

    private void requireUnchanged(Operation operation, RefChange change) {
        Optional<RefTarget> expected = target(change.ref(), change.oldValue());
        if (!repository.refs().read(change.ref()).equals(expected)) {
            throw new ConflictException("cannot take back '" + operation.command() + "': " + change.ref()
                    + " has changed since", "Take back what came later first ('neon op log'), or go back to a point before with"
                            + " 'neon op restore <operation>'.");
        }
    }

    /** An operation that is not the last may have made the branch that HEAD came to be on later. */
    private void requireHeadStays(Operation operation, List<RefChange> changes) {
        Optional<RefName> head = valueAfter(RefName.HEAD, changes).map(Head::of).filter(Head.OnBranch.class::isInstance).flatMap(Head::branch);
        if (head.isPresent() && valueAfter(head.get(), changes).isEmpty()) {
            throw new ConflictException("cannot take back '" + operation.command() + "': HEAD would be on branch '"
                    + head.get().shortName() + "', which would not exist", "Put HEAD elsewhere first, with 'neon switch <branch>'.");
        }
    }

    /** What a ref has when changes are made. */
    private Optional<RefTarget> valueAfter(RefName ref, List<RefChange> changes) {
        return changes.stream().filter(change -> change.ref().equals(ref)).findFirst()
                .map(change -> target(ref, change.newValue())).orElseGet(() -> repository.refs().read(ref));
    }

    /** Where a server goes that follows a ref: for HEAD that comes to be on a branch, to the branch. */
    private Optional<TimelineId> next(RefChange change, List<RefChange> changes) {
        return target(change.ref(), change.newValue()).flatMap(wanted -> wanted instanceof RefTarget.Symbolic symbolic
                ? valueAfter(symbolic.name(), changes) : Optional.of(wanted)).map(Branches::timelineOf);
    }

    /** What the server is called that follows a ref. */
    private static String label(RefChange change) {
        return target(change.ref(), change.newValue()).orElseThrow() instanceof RefTarget.Symbolic symbolic
                ? symbolic.name().shortName() : change.ref().shortName();
    }

    /** The timelines that have a name when changes are made. */
    private Set<TimelineId> named(List<RefChange> changes) {
        Set<TimelineId> named = new HashSet<>();
        Set<RefName> changed = new HashSet<>();
        for (RefChange change : changes) {
            changed.add(change.ref());
            timeline(change, change.newValue()).ifPresent(named::add);
        }
        repository.refs().listing(RefName.Kind.BRANCH).refs().forEach((branch, target) -> {
            if (!changed.contains(branch)) {
                named.add(Branches.timelineOf(target));
            }
        });
        if (!changed.contains(RefName.HEAD)) {
            Head.read(repository.refs()).filter(Head.Temporary.class::isInstance)
                    .ifPresent(head -> named.add(Branches.timelineOf(head.target())));
        }
        return named;
    }

    /** The timelines that lose their last name by the changes, and what they were called. */
    private static Map<TimelineId, String> left(List<RefChange> changes, Set<TimelineId> named) {
        Map<TimelineId, String> left = new LinkedHashMap<>();
        for (RefChange change : changes) {
            timeline(change, change.oldValue()).filter(timeline -> !named.contains(timeline))
                    .ifPresent(timeline -> left.put(timeline, place(change)));
        }
        return left;
    }

    /** What a timeline was that a ref leaves. */
    private static String place(RefChange change) {
        return change.ref().equals(RefName.HEAD)
                ? "the temporary timeline" + Head.of(target(change.ref(), change.oldValue()).orElseThrow()).branch()
                        .map(branch -> " of " + branch.shortName()).orElse("")
                : "branch '" + change.ref().shortName() + "'";
    }

    /** The timeline of a branch, or of HEAD; empty for other values, on which no server runs. */
    static Optional<TimelineId> timeline(RefChange change, Optional<String> value) {
        return target(change.ref(), value).filter(RefTarget.Timeline.class::isInstance)
                .map(target -> ((RefTarget.Timeline) target).id());
    }

    static Optional<RefTarget> target(RefName ref, Optional<String> value) {
        return value.map(text -> RefTarget.parse(ref, text));
    }
}
