package dev.neon.repo.refs;

import dev.neon.repo.RandomBits;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.LockFile;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes to refs that happen all or not at all, for every reader and across a crash, as one entry of the operation
 * log. Nothing happens before {@link #commit}.
 */
public final class RefTransaction {
    private static final Duration WAIT_FOR_LOCK = Duration.ofSeconds(10);

    private final RefStore store;
    private final String command;
    private final Map<RefName, Wish> wishes = new LinkedHashMap<>();

    /**
     * What is to become of a ref, and what it must be before.
     *
     * @param note lines that the log has besides what the ref was; each begins with a newline
     */
    private record Wish(Expectation expectation, Optional<RefTarget> target, String note) {
        Wish(Expectation expectation, Optional<RefTarget> target) {
            this(expectation, target, "");
        }
    }

    /** What a ref must hold for a change to be right. */
    private sealed interface Expectation {
        /** Refuses the change if the ref holds something else. */
        void check(RefName ref, Optional<RefTarget> old);

        record Anything() implements Expectation {
            @Override
            public void check(RefName ref, Optional<RefTarget> old) {}
        }

        record Absent() implements Expectation {
            @Override
            public void check(RefName ref, Optional<RefTarget> old) {
                if (old.isPresent()) {
                    throw new AlreadyExistsException("a " + kindOf(ref) + " named '" + ref.shortName()
                            + "' already exists");
                }
            }
        }

        record Holds(RefTarget target) implements Expectation {
            @Override
            public void check(RefName ref, Optional<RefTarget> old) {
                if (!old.equals(Optional.of(target))) {
                    throw new ConflictException("unable to change " + kindOf(ref) + " '" + ref.shortName() + "': it is "
                            + old.map(RefFormat::format).map(RefTransaction::firstLine).orElse("missing")
                            + " but expected " + firstLine(RefFormat.format(target)),
                            "Another command changed it in the meantime. Look at it and try again.");
                }
            }
        }
    }

    RefTransaction(RefStore store, String command) {
        this.store = store;
        this.command = command;
    }

    /** Makes a ref that must not exist. */
    public RefTransaction create(RefName ref, RefTarget target) {
        return add(ref, new Wish(new Expectation.Absent(), Optional.of(target)));
    }

    /** Moves a ref that must hold {@code expectedOld}. */
    public RefTransaction update(RefName ref, RefTarget expectedOld, RefTarget newTarget) {
        return add(ref, new Wish(new Expectation.Holds(expectedOld), Optional.of(newTarget)));
    }

    /** Removes a ref that must hold {@code expectedOld}. */
    public RefTransaction delete(RefName ref, RefTarget expectedOld) {
        return delete(ref, expectedOld, List.of());
    }

    /**
     * As the other.
     *
     * @param note lines {@code <key>: <value>} of what goes with the ref, which the log keeps with its old value
     */
    public RefTransaction delete(RefName ref, RefTarget expectedOld, List<String> note) {
        StringBuilder lines = new StringBuilder();
        note.forEach(line -> lines.append('\n').append(line));
        return add(ref, new Wish(new Expectation.Holds(expectedOld), Optional.empty(), lines.toString()));
    }

    /** Makes or moves a ref, whatever it holds. */
    public RefTransaction set(RefName ref, RefTarget target) {
        return add(ref, new Wish(new Expectation.Anything(), Optional.of(target)));
    }

    private RefTransaction add(RefName ref, Wish wish) {
        if (wishes.putIfAbsent(ref, wish) != null) {
            throw new IllegalArgumentException("ref changed twice in one transaction: " + ref);
        }
        return this;
    }

    /**
     * Makes the changes happen, and first completes an operation that another process left unfinished.
     *
     * @throws AlreadyExistsException if a ref to be made exists
     * @throws ConflictException if a ref does not hold what was expected, or its name is a directory of another's
     * @throws StorageFailedException if nothing could be changed. A failure after the operation has happened is a warning
     *         only: readers see the operation as done, and the next transaction completes it
     */
    public void commit() {
        if (wishes.isEmpty()) {
            return;
        }
        try (LockFile _ = store.lock(WAIT_FOR_LOCK)) {
            PendingRefs pending = new PendingRefs(store);
            pending.complete();
            Operation operation = operation();
            NameConflicts.check(store.neonDirectory(), operation.changes());
            announce(operation);
            try {
                pending.complete();
            } catch (StorageFailedException left) {
                // It has happened; what is left to do is done by the next writer.
                store.context().warnings().tell("this is done, and so far written in '" + store.log().pendingFile() + "' only: "
                        + left.getMessage() + "; mend that, the next change of a branch or tag writes both");
            }
        }
    }

    private void announce(Operation operation) {
        try {
            store.log().announce(operation);
        } catch (StorageFailedException failure) {
            try {
                store.log().withdraw();
            } catch (StorageFailedException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private Operation operation() {
        List<RefChange> changes = new ArrayList<>();
        wishes.forEach((ref, wish) -> {
            Optional<RefTarget> old = store.read(ref);
            wish.expectation().check(ref, old);
            changes.add(new RefChange(ref, old.map(RefFormat::format).map(value -> value + wish.note()),
                    wish.target().map(RefFormat::format)));
        });
        byte[] id = RandomBits.of(8);
        return new Operation(HexFormat.of().formatHex(id),
                store.context().clock().instant().truncatedTo(ChronoUnit.MILLIS), store.context().who(), command,
                changes);
    }

    private static String firstLine(String value) {
        int end = value.indexOf('\n');
        return end < 0 ? value : value.substring(0, end);
    }

    private static String kindOf(RefName ref) {
        return switch (ref.kind()) {
            case HEAD -> "ref";
            case BRANCH -> "branch";
            case TAG -> "tag";
            case REMOTE_BRANCH -> "remote-tracking branch";
            case REMOTE_TAG -> "remote-tracking tag";
            case STASH -> "stash";
        };
    }
}
