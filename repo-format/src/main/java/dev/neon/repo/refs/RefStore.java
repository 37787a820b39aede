package dev.neon.repo.refs;

import dev.neon.repo.RepositoryContext;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The refs of a repository, one small file each, as {@code docs/formats.md} shows them. Reading takes no lock and
 * writes nothing; it never sees a part of an operation.
 */
public final class RefStore {
    /** What {@code refs.lock} guards. */
    static final String LOCKED = "refs";

    private final Path neonDirectory;
    private final OperationLog log;
    private final DurableFiles files;
    private final RepositoryContext context;
    private final Optional<RefTarget> defaultHead;

    /**
     * @param defaultHead what HEAD is when its file is missing, as in the format's first draft
     */
    public RefStore(Path neonDirectory, OperationLog log, DurableFiles files, RepositoryContext context,
            Optional<RefTarget> defaultHead) {
        this.neonDirectory = neonDirectory;
        this.log = log;
        this.files = files;
        this.context = context;
        this.defaultHead = defaultHead;
    }

    /** What {@code ref} holds; empty if there is no such ref. */
    public Optional<RefTarget> read(RefName ref) {
        Optional<RefChange> underWay = log.pending().stream()
                .flatMap(operation -> operation.changes().stream())
                .filter(change -> change.ref().equals(ref))
                .findFirst();
        Optional<String> text = underWay.isPresent() ? underWay.get().newValue() : readFile(ref);
        Optional<RefTarget> target = text.map(value -> RefFormat.parse(path(ref), value));
        return target.isEmpty() && ref.equals(RefName.HEAD) ? defaultHead : target;
    }

    /**
     * Refs of one kind, each map sorted by name.
     *
     * @param refs    what can be read
     * @param damaged what cannot, with the reason
     */
    public record Listing(SortedMap<RefName, RefTarget> refs, SortedMap<RefName, CorruptFileException> damaged) {}

    /**
     * All refs of a kind, sorted by name, as they were together at one moment.
     *
     * @throws CorruptFileException if one is damaged
     */
    public SortedMap<RefName, RefTarget> list(RefName.Kind kind) {
        Listing listing = listing(kind);
        if (!listing.damaged().isEmpty()) {
            throw listing.damaged().firstEntry().getValue();
        }
        return listing.refs();
    }

    /** As {@link #list}, but one damaged ref does not hide the others. */
    public Listing listing(RefName.Kind kind) {
        if (kind == RefName.Kind.HEAD) {
            Listing head = new Listing(new TreeMap<>(), new TreeMap<>());
            try {
                read(RefName.HEAD).ifPresent(target -> head.refs().put(RefName.HEAD, target));
            } catch (CorruptFileException problem) {
                head.damaged().put(RefName.HEAD, problem);
            }
            return head;
        }
        while (true) {
            OperationLog.Mark before = log.before();
            Listing listing = new LooseRefs(neonDirectory).list(kind);
            if (log.after().isSameAs(before)) {
                before.pending().ifPresent(operation -> overlay(listing, operation, kind));
                return listing;
            }
            Thread.onSpinWait();
        }
    }

    private void overlay(Listing listing, Operation operation, RefName.Kind kind) {
        for (RefChange change : operation.changes()) {
            if (change.ref().kind() == kind) {
                listing.damaged().remove(change.ref());
                change.newValue().map(value -> RefFormat.parse(path(change.ref()), value)).ifPresentOrElse(
                        target -> listing.refs().put(change.ref(), target), () -> listing.refs().remove(change.ref()));
            }
        }
    }

    /**
     * Begins to change refs together.
     *
     * @param command what is run, for the operation log
     */
    public RefTransaction begin(String command) {
        return new RefTransaction(this, command);
    }

    /**
     * The lock under which refs change. Who holds it has them all as they are, until it is closed.
     *
     * @throws dev.neon.repo.error.BusyException if another process holds it for longer
     */
    public LockFile lock(Duration wait) {
        return LockFile.acquire(files, neonDirectory.resolve(LOCKED), context.process(), wait);
    }

    /**
     * Completes the operation that a process left under way, which the next change of a ref would do, too.
     *
     * @throws CorruptFileException                  if the journal is damaged
     * @throws dev.neon.repo.error.BusyException     if refs are being changed
     */
    public void complete() {
        try (LockFile _ = lock(Duration.ZERO)) {
            new PendingRefs(this).complete();
        }
    }

    /**
     * Puts a journal aside that is damaged, so that refs can be read again; they are as their files say.
     *
     * @return where it is now
     * @throws dev.neon.repo.error.BusyException if refs are being changed
     */
    public Path putAsideJournal() {
        try (LockFile _ = lock(Duration.ZERO)) {
            return log.putAside();
        }
    }

    Path path(RefName ref) {
        return neonDirectory.resolve(ref.full());
    }

    Path neonDirectory() {
        return neonDirectory;
    }

    OperationLog log() {
        return log;
    }

    DurableFiles files() {
        return files;
    }

    RepositoryContext context() {
        return context;
    }

    private Optional<String> readFile(RefName ref) {
        Path file = path(ref);
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException failure) {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            throw new StorageFailedException("read", file, failure);
        }
    }
}
