package dev.neon.compute.checkout;

import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.OperationStack;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
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
     * @param restart   servers that were stopped and are to be started where their names are now
     */
    public record Done(Operation operation, List<RefChange> changes, List<StartRequest> restart) {
        public Done {
            changes = List.copyOf(changes);
            restart = List.copyOf(restart);
        }
    }

    /**
     * Takes an operation back.
     *
     * @param id of one; the newest that is in force if empty
     * @throws NotFoundException if there is none
     * @throws ConflictException if a ref that it changed has changed again since
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
        return change(operation, OperationStack.undoOf(operation), changes);
    }

    /** Repeats the operation that was taken back last. */
    public Done redo() {
        Operation operation = new OperationStack(repository.log().read()).toRedo().orElseThrow(() -> new NotFoundException(
                "nothing to redo", "Only what was undone can be repeated, and only until something else is done."));
        return change(operation, OperationStack.redoOf(operation), operation.changes());
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
        return change(wanted, "op restore " + wanted.id(), changes.values().stream()
                .filter(change -> !change.oldValue().equals(change.newValue())).toList());
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

    private Done change(Operation operation, String command, List<RefChange> changes) {
        changes.forEach(change -> requireUnchanged(operation, change));
        changes.forEach(this::requireThere);
        Followers servers = new Followers(workspace, restart);
        try {
            List<StartRequest> following = new ArrayList<>();
            Set<TimelineId> left = left(changes);
            for (RefChange change : changes) {
                Optional<TimelineId> from = timeline(change, change.oldValue()).filter(left::contains);
                if (from.isPresent()) {
                    Optional<TimelineId> next = next(change, changes);
                    next.ifPresent(to -> servers.prepare(from.get(), to));
                    servers.require(from.get(), change.ref().equals(RefName.HEAD) ? "HEAD's temporary timeline"
                            : "branch '" + change.ref().shortName() + "'");
                    next.flatMap(to -> servers.follow(from.get(), to, label(change))).ifPresent(following::add);
                }
            }
            commit(command, changes);
            left.forEach(workspace.timelines()::discardUnnamed);
            return new Done(operation, changes, following);
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
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

    /** What a ref is to have again may have been collected. */
    private void requireThere(RefChange change) {
        Optional<TimelineId> timeline = timeline(change, change.newValue());
        if (timeline.isPresent() && !repository.timelines().exists(timeline.get())) {
            throw new NotFoundException("'" + change.ref().shortName() + "' was on timeline '" + timeline.get()
                    + "', which has been collected", "'neon gc --list' shows what can be put back.");
        }
    }

    /** The timelines that lose their last name by the changes. */
    private Set<TimelineId> left(List<RefChange> changes) {
        Set<TimelineId> left = new HashSet<>();
        Set<TimelineId> kept = new HashSet<>();
        Set<RefName> changed = new HashSet<>();
        for (RefChange change : changes) {
            changed.add(change.ref());
            timeline(change, change.oldValue()).ifPresent(left::add);
            timeline(change, change.newValue()).ifPresent(kept::add);
        }
        repository.refs().listing(RefName.Kind.BRANCH).refs().forEach((branch, target) -> {
            if (!changed.contains(branch)) {
                kept.add(Branches.timelineOf(target));
            }
        });
        if (!changed.contains(RefName.HEAD)) {
            Head.read(repository.refs()).filter(Head.Temporary.class::isInstance)
                    .ifPresent(head -> kept.add(Branches.timelineOf(head.target())));
        }
        left.removeAll(kept);
        return left;
    }

    /** The timeline of a branch, or of HEAD; empty for other values, on which no server runs. */
    private static Optional<TimelineId> timeline(RefChange change, Optional<String> value) {
        return target(change.ref(), value).filter(RefTarget.Timeline.class::isInstance)
                .map(target -> ((RefTarget.Timeline) target).id());
    }

    private static Optional<RefTarget> target(RefName ref, Optional<String> value) {
        return value.map(text -> RefTarget.parse(ref, text));
    }

    private void commit(String command, List<RefChange> changes) {
        RefTransaction transaction = repository.refs().begin(command);
        for (RefChange change : changes) {
            Optional<RefTarget> old = target(change.ref(), change.oldValue());
            Optional<RefTarget> wanted = target(change.ref(), change.newValue());
            if (old.isEmpty()) {
                wanted.ifPresent(target -> transaction.create(change.ref(), target));
            } else if (wanted.isEmpty()) {
                transaction.delete(change.ref(), old.get());
            } else {
                transaction.update(change.ref(), old.get(), wanted.get());
            }
        }
        Map<RefName, RefName> renamed = renamed(changes);
        BranchSettings settings = new BranchSettings(repository.config());
        renamed.forEach(settings::copy);
        transaction.commit();
        changes.stream().filter(change -> change.ref().kind() == RefName.Kind.BRANCH && change.newValue().isEmpty())
                .forEach(change -> settings.remove(change.ref()));
    }

    /** Branches that go while another comes with the same value: what was set for one goes along. */
    private static Map<RefName, RefName> renamed(List<RefChange> changes) {
        Map<RefName, RefName> renamed = new LinkedHashMap<>();
        for (RefChange gone : changes) {
            for (RefChange come : changes) {
                if (gone.newValue().isEmpty() && come.oldValue().isEmpty() && gone.oldValue().equals(come.newValue())
                        && gone.ref().kind() == RefName.Kind.BRANCH && come.ref().kind() == RefName.Kind.BRANCH) {
                    renamed.put(gone.ref(), come.ref());
                }
            }
        }
        return renamed;
    }
}
