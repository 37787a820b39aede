package dev.neon.repo.lease;

import dev.neon.repo.RandomBits;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The files {@code leases/<id>} of users, and {@code leases/operation-<id>} of commands that run. A user's lease is
 * written durably. An operation's need not survive a crash of the machine, as the process does not either: it is put in
 * place whole, but not synced, and whoever meets one whose process is gone, or that such a crash has torn, removes it.
 *
 * <p>Whoever removes history holds the {@linkplain #freeze lock} {@code leases.lock} while it looks at the leases for the
 * last time and removes. A lease that is taken meanwhile is written first and then waits for the lock's end: so either
 * it was seen, or what the taker looks up afterwards is what was left.
 */
public final class Leases {
    private static final String OPERATION = "operation-";
    private static final Duration WAIT_FOR_REMOVAL = Duration.ofMinutes(10);
    private static final Duration WAIT_FOR_LOCK = Duration.ofSeconds(10);

    private final Path directory;
    private final DurableFiles files;
    private final RepositoryContext context;

    /** @param neonDirectory the repository's directory */
    public Leases(Path neonDirectory, DurableFiles files, RepositoryContext context) {
        this.directory = neonDirectory.resolve("leases");
        this.files = files;
        this.context = context;
    }

    /**
     * All leases that hold: those of users that expire after {@code now}, and those of processes that run, as far as
     * this one can see. Those of processes that are gone are removed.
     *
     * @return sorted by id
     * @throws CorruptFileException                      if a user's lease is damaged: what it keeps is not known
     * @throws dev.neon.repo.error.FormatTooNewException if a newer neon wrote one
     */
    public List<Lease> list(Instant now) {
        List<Lease> leases = new ArrayList<>();
        for (Path file : files()) {
            read(file).filter(lease -> isLive(lease, now)).ifPresent(leases::add);
        }
        leases.sort((one, other) -> one.id().compareTo(other.id()));
        return leases;
    }

    private boolean isLive(Lease lease, Instant now) {
        return switch (lease.holder()) {
            case Lease.Holder.User user -> user.expires().isAfter(now);
            case Lease.Holder.Operation _ -> true;
        };
    }

    /**
     * Takes a user's lease, durably.
     *
     * @param reason  for people; may be empty
     * @param expires exclusive
     * @throws BusyException if history is being removed for too long
     */
    public Lease take(String reason, Lease.Span span, Instant expires) {
        removeExpired(context.clock().instant());
        Lease lease = lease(new Lease.Holder.User(expires), reason, List.of(span));
        files.createDirectories(directory);
        files.replace(file(lease), content(lease));
        try {
            awaitRemoval();
        } catch (RuntimeException failure) {
            files.delete(file(lease));
            throw failure;
        }
        return lease;
    }

    /**
     * Takes a lease for as long as the caller, in this process, does not close it. To be taken before the caller looks
     * which snapshots there are.
     *
     * @param reason what is done, for people: {@code export of main}
     * @throws StorageFailedException if it cannot be written
     * @throws BusyException          if history is being removed for too long
     */
    public HeldLease hold(String reason, Lease.Span... spans) {
        Lease lease = lease(new Lease.Holder.Operation(context.process()), reason, List.of(spans));
        Path file = file(lease);
        files.createDirectories(directory);
        Path temporary = DurableFiles.temporaryBeside(file);
        try {
            files.steps().create(temporary, content(lease));
            files.steps().rename(temporary, file);
        } catch (IOException failure) {
            giveUp(temporary);
            throw new StorageFailedException("write", file, failure);
        }
        try {
            awaitRemoval();
        } catch (RuntimeException failure) {
            giveUp(file);
            throw failure;
        }
        return () -> giveUp(file);
    }

    /**
     * As {@link #hold}, for an operation that only reads: where nothing can be written, it goes on without a lease, and on
     * a disk that is full or fails with a warning.
     */
    public HeldLease holdForReading(String reason, Lease.Span... spans) {
        if (!Files.isWritable(Files.isDirectory(directory) ? directory : directory.getParent())) {
            return HeldLease.NONE;
        }
        try {
            return hold(reason, spans);
        } catch (StorageFailedException failure) {
            context.warnings().tell(failure.getMessage() + "; do not run 'neon gc' meanwhile");
            return HeldLease.NONE;
        }
    }

    /**
     * Lets no operation begin that needs history: {@link #take} and {@link #hold} wait until the lock is closed. Leases
     * that are to count have to be listed after this, and the holder takes none itself.
     *
     * @throws BusyException if another process holds it
     */
    public LockFile freeze() {
        return LockFile.acquire(files, directory, context.process(), WAIT_FOR_LOCK);
    }

    private void awaitRemoval() {
        if (Files.exists(directory.resolveSibling("leases.lock"))) {
            // The holder may be dead, and then nothing but the lock's own rules can tell.
            lock().close();
        }
    }

    private LockFile lock() {
        return LockFile.acquire(files, directory, context.process(), WAIT_FOR_REMOVAL);
    }

    /**
     * Gives up a user's lease, or that of an operation of which nothing here can tell whether it still runs: if the machine or
     * container that it ran on is gone, nobody else would.
     *
     * @param id whole, or as many of its first digits as no other has
     * @throws NotFoundException if there is none
     */
    public Lease release(String id) {
        Lease lease = find(id, each -> isUsers(each) || each.holder() instanceof Lease.Holder.Operation operation
                && !context.process().canTell(operation.process()));
        files.delete(file(lease));
        return lease;
    }

    /**
     * Lets a user's lease expire at another time, durably.
     *
     * @param id      as for {@link #release}
     * @param expires exclusive
     * @throws NotFoundException if there is none, or it has expired: what it kept may be gone
     * @throws BusyException     if history is being removed for too long
     */
    public Lease renew(String id, Instant expires) {
        find(id, Leases::isUsers);
        // Whether it has expired is not to change before it is written: what it kept would be removed, or the file.
        try (LockFile _ = lock()) {
            return renewLocked(id, expires);
        }
    }

    private Lease renewLocked(String id, Instant expires) {
        Lease lease = find(id, Leases::isUsers);
        Lease renewed = new Lease(lease.id(), new Lease.Holder.User(expires), lease.reason(), lease.who(), lease.created(),
                lease.spans());
        files.replace(file(renewed), content(renewed));
        return renewed;
    }

    private static boolean isUsers(Lease lease) {
        return lease.holder() instanceof Lease.Holder.User;
    }

    private Lease find(String id, Predicate<Lease> which) {
        List<Lease> found = list(context.clock().instant()).stream()
                .filter(lease -> lease.id().startsWith(id) && which.test(lease)).toList();
        if (id.isEmpty() || found.size() != 1) {
            throw new NotFoundException(found.size() > 1 && !id.isEmpty() ? "several leases begin with '" + id + "'"
                    : "lease '" + id + "' does not exist, or has expired", "'neon lease' lists the leases.");
        }
        return found.getFirst();
    }

    /** Removes the files of users' leases that no longer hold. One that is damaged stays. */
    public void removeExpired(Instant now) {
        if (files().stream().anyMatch(file -> hasExpired(file, now))) {
            try (LockFile _ = lock()) {
                files().stream().filter(file -> hasExpired(file, now)).forEach(files::delete);
            }
        }
    }

    private boolean hasExpired(Path file, Instant now) {
        try {
            return read(file).filter(lease -> !isLive(lease, now)).isPresent();
        } catch (CorruptFileException damaged) {
            // Whoever needs to know what it keeps reports it.
            return false;
        }
    }

    private Lease lease(Lease.Holder holder, String reason, List<Lease.Span> spans) {
        Lease lease;
        do {
            lease = new Lease(HexFormat.of().formatHex(RandomBits.of(4)), holder, reason, context.who(),
                    context.clock().instant(), spans);
        } while (Files.exists(file(lease)));
        return lease;
    }

    private static byte[] content(Lease lease) {
        return LeaseFormat.format(lease).getBytes(StandardCharsets.UTF_8);
    }

    private Path file(Lease lease) {
        return directory.resolve((lease.holder() instanceof Lease.Holder.Operation ? OPERATION : "") + lease.id());
    }

    private List<Path> files() {
        try {
            return Directories.list(directory, file -> !DurableFiles.isTemporary(file));
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    /** The lease in a file; empty if it was given up meanwhile, or its process is gone, which removes it. */
    private Optional<Lease> read(Path file) {
        String name = file.getFileName().toString();
        boolean isOperation = name.startsWith(OPERATION);
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException givenUp) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        try {
            Lease lease = LeaseFormat.parse(file, isOperation ? name.substring(OPERATION.length()) : name, text);
            boolean isGone = lease.holder() instanceof Lease.Holder.Operation operation
                    && !context.process().sees(operation.process());
            if (isGone) {
                giveUp(file);
            }
            return isGone ? Optional.empty() : Optional.of(lease);
        } catch (CorruptFileException torn) {
            if (!isOperation) {
                throw torn;
            }
            // It was put in place whole, so the machine crashed, and the process is gone.
            giveUp(file);
            return Optional.empty();
        }
    }

    private void giveUp(Path file) {
        try {
            files.steps().delete(file);
        } catch (IOException stays) {
            // Whoever meets it later removes it.
        }
    }
}
