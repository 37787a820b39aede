package dev.neon.compute.daemon;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.PlaceMark;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a page server has in {@code run/}: {@code pageserver.lock} from its beginning to its end, {@code pageserver} while it
 * lets clients in, and {@code pageserver.log}.
 */
public final class DaemonFiles {
    private static final String NAME = "pageserver";

    private final Repository repository;
    private final Path record;
    private final Path lock;

    public DaemonFiles(Repository repository) {
        this.repository = repository;
        this.record = repository.runDirectory().resolve(NAME);
        this.lock = record.resolveSibling(NAME + ".lock");
    }

    /** Where the page server logs. */
    public Path log() {
        return record.resolveSibling(NAME + ".log");
    }

    /** What there is now. Changes nothing. */
    public DaemonState state() {
        Optional<DaemonRecord> written = record();
        if (isCopied(written)) {
            return new DaemonState.Stopped(Optional.empty());
        }
        Optional<Long> owner = owner().map(ProcessIdentity::pid);
        if (!LockFile.isHeld(lock, self())) {
            return new DaemonState.Stopped(written.map(DaemonRecord::pid).or(() -> owner));
        }
        // The lock was taken before the record was written, so the record of another process is one that was killed.
        return written.isPresent() && owner.equals(Optional.of(written.get().pid())) && isSeenAt(written.get().repository())
                ? new DaemonState.Running(written.get())
                : new DaemonState.Busy(LockFile.describeOwner(lock).orElse("another process"));
    }

    /**
     * Takes the lock; what a page server that was killed has left goes.
     *
     * @throws dev.neon.repo.error.BusyException if somebody else holds it after that time
     */
    LockFile acquire(Duration wait) {
        if (isCopied(record())) {
            repository.files().delete(lock);
        }
        LockFile held = repository.lock(NAME, wait);
        repository.files().delete(record);
        return held;
    }

    /** Who holds the lock. */
    Optional<ProcessIdentity> owner() {
        return LockFile.owner(lock);
    }

    /** Removes what a page server that was killed has left, if there is none now. */
    void removeLeftovers() {
        if (LockFile.removeStale(repository.files(), lock, self()) || !Files.exists(lock)) {
            removeRecord();
        }
    }

    void write(DaemonRecord written) {
        repository.files().replace(record, written.toText().getBytes(StandardCharsets.UTF_8));
    }

    void removeRecord() {
        repository.files().delete(record);
    }

    /** Which directory the repository is in. */
    PlaceMark mark() {
        return PlaceMark.of(repository.directory());
    }

    /** The repository's place, without symbolic links. */
    Path place() {
        try {
            return repository.directory().toRealPath();
        } catch (IOException failure) {
            throw new StorageFailedException("find", repository.directory(), failure);
        }
    }

    private ProcessIdentity self() {
        return repository.context().process();
    }

    /**
     * Whether all of this came with a copy of the repository: it is about another directory. One that is seen at a second mount point, or was
     * moved, is the same. A release that noted no directory told by the path.
     */
    private boolean isCopied(Optional<DaemonRecord> written) {
        return written.isPresent() && !written.get().directory().map(mark -> mark.isOf(mark())).orElseGet(() -> isSeenAt(written.get().repository()));
    }

    /**
     * Whether this repository is at that path, too. If not, its page server sees it at a mount point that we do not see, or it was moved under it,
     * which ends it soon.
     */
    private boolean isSeenAt(Path path) {
        try {
            return Files.isSameFile(path, repository.directory());
        } catch (IOException absent) {
            return false;
        }
    }

    private Optional<DaemonRecord> record() {
        try {
            return DaemonRecord.parse(Files.readString(record));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", record, failure);
        }
    }
}
