package dev.neon.repo.refs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code neon undo} and {@code neon redo} come to next, as an editor has it: undoing goes back step by step, redoing
 * forward again, and a new operation ends what could be redone. The log itself only grows: an undo is an operation of its own,
 * whose command says which one it takes back.
 */
public final class OperationStack {
    /** The operations with which a repository begins. */
    private static final Set<String> BEGINNINGS = Set.of("init", "clone");
    private static final String UNDO = "undo ";
    private static final String REDO = "redo ";
    private static final String RESTORE = "op restore ";
    private static final int ID_LENGTH = 16;

    private final Deque<Operation> done = new ArrayDeque<>();
    private final Deque<Operation> undone = new ArrayDeque<>();

    /** @param newestFirst as {@link OperationLog#read} gives it */
    public OperationStack(List<Operation> newestFirst) {
        for (Operation operation : newestFirst.reversed()) {
            Optional<String> takenBack = target(operation, UNDO);
            Optional<String> repeated = target(operation, REDO);
            if (takenBack.isPresent()) {
                done.stream().filter(earlier -> earlier.id().equals(takenBack.get())).findFirst().ifPresent(earlier -> {
                    done.remove(earlier);
                    undone.push(earlier);
                });
            } else if (repeated.isPresent()) {
                undone.stream().filter(earlier -> earlier.id().equals(repeated.get())).findFirst().ifPresent(earlier -> {
                    undone.remove(earlier);
                    done.push(earlier);
                });
            } else if (BEGINNINGS.contains(operation.command())) {
                done.clear();
                undone.clear();
            } else {
                done.push(operation);
                undone.clear();
            }
        }
    }

    /**
     * The log without what {@code neon op restore} has gone back over: the refs are as if that had not been done. A restore that was
     * itself taken back goes over nothing.
     */
    public static List<Operation> withoutRestored(List<Operation> newestFirst) {
        List<Operation> rest = new ArrayList<>();
        Set<String> decided = new HashSet<>();
        Set<String> undone = new HashSet<>();
        Optional<String> goneBackTo = Optional.empty();
        for (Operation operation : newestFirst) {
            if (goneBackTo.isPresent() && !goneBackTo.get().equals(operation.id())) {
                continue;
            }
            goneBackTo = Optional.empty();
            // The newest word on an operation counts.
            target(operation, UNDO).filter(decided::add).ifPresent(undone::add);
            target(operation, REDO).ifPresent(decided::add);
            rest.add(operation);
            if (!undone.contains(operation.id())) {
                goneBackTo = target(operation, RESTORE);
            }
        }
        return rest;
    }

    private static Optional<String> target(Operation operation, String word) {
        String command = operation.command();
        return command.startsWith(word) && command.length() >= word.length() + ID_LENGTH
                ? Optional.of(command.substring(word.length(), word.length() + ID_LENGTH)) : Optional.empty();
    }

    /** The newest operation that is in force; empty if all are taken back. */
    public Optional<Operation> toUndo() {
        return Optional.ofNullable(done.peek());
    }

    /** Whether an operation is in force. */
    public boolean isDone(Operation operation) {
        return done.stream().anyMatch(each -> each.id().equals(operation.id()));
    }

    /** The operation that was taken back last and not repeated. */
    public Optional<Operation> toRedo() {
        return Optional.ofNullable(undone.peek());
    }

    /** What the operation is called that takes one back. */
    public static String undoOf(Operation operation) {
        return UNDO + operation.id() + ": " + operation.command();
    }

    /** What the operation is called that gives refs the values that they had after one. */
    public static String restoreOf(Operation operation) {
        return RESTORE + operation.id();
    }

    /** Whether an operation is such a one. */
    public static boolean isRestore(Operation operation) {
        return target(operation, RESTORE).isPresent();
    }

    /** What the operation is called that repeats one. */
    public static String redoOf(Operation operation) {
        return REDO + operation.id() + ": " + operation.command();
    }
}
