package dev.neon.repo.files;

import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A lock like git's: the file {@code <target>.lock}, which only one process can create. Its one line names the owner,
 * {@code pid host start boot namespace}. It is taken over only when that process is gone.
 *
 * <p>Of several processes that find a dead owner, one at a time may remove the file: the one that holds the operating
 * system's lock on it, which no crash leaves behind. It looks again under that lock, so that it cannot remove the file
 * of a process that was faster; then all compete to create the file as if it had never been there.
 *
 * <p>A file without a whole line belongs to somebody between creating and writing it; it counts as dead after
 * {@value #GRACE_SECONDS} seconds.
 */
public final class LockFile implements AutoCloseable {
    static final int GRACE_SECONDS = 2;
    private static final long POLL_MILLIS = 10;
    private static final int LONGEST = 4096;

    // Closing any channel on a file gives up the process's own lock on it (fcntl), so within one process the
    // look and the removal are serialised here.
    private static final Object TAKE_OVER = new Object();

    private final DurableFiles files;
    private final Path file;

    private LockFile(DurableFiles files, Path file) {
        this.files = files;
        this.file = file;
    }

    /**
     * Takes the lock that guards {@code target}, which need not exist; its directory must.
     *
     * @param wait how long to wait for an owner that is alive; zero to try once
     * @throws BusyException if it is still held after that time; the message names the owner and the file
     */
    public static LockFile acquire(DurableFiles files, Path target, ProcessIdentity self, Duration wait) {
        Path file = target.resolveSibling(target.getFileName() + ".lock");
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            if (tryCreate(files, file, self)) {
                return new LockFile(files, file);
            }
            boolean vanished = removeIfOwnerIsGone(files, file, self);
            if (!vanished && System.nanoTime() - deadline >= 0) {
                throw busy(file);
            }
            if (!vanished) {
                pause(file);
            }
        }
    }

    private static boolean tryCreate(DurableFiles files, Path file, ProcessIdentity self) {
        try {
            files.steps().create(file, self.toLine().getBytes(StandardCharsets.UTF_8));
            // A process that slept between creating and writing may have lost the file to another one.
            return owner(file).filter(owner -> owner.toLine().equals(self.toLine())).isPresent();
        } catch (FileAlreadyExistsException held) {
            return false;
        } catch (IOException failure) {
            throw new StorageFailedException("lock", file, failure);
        }
    }

    /** Whether the file is no longer there, so that it is worth trying again at once. */
    private static boolean removeIfOwnerIsGone(DurableFiles files, Path file, ProcessIdentity self) {
        synchronized (TAKE_OVER) {
            try {
                if (!isAbandoned(file, self)) {
                    return false;
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                        FileLock exclusive = channel.tryLock()) {
                    if (exclusive == null || !isAbandoned(file, self) || !isSameContent(channel, file)) {
                        return false;
                    }
                    files.steps().delete(file);
                    return true;
                }
            } catch (NoSuchFileException released) {
                return true;
            } catch (IOException failure) {
                throw new StorageFailedException("take over", file, failure);
            }
        }
    }

    /** Whether the path still leads to the file that is locked, not to a newer one of a process that died too. */
    private static boolean isSameContent(FileChannel channel, Path file) throws IOException {
        ByteBuffer locked = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST));
        channel.read(locked, 0);
        return Arrays.equals(locked.array(), Files.readAllBytes(file));
    }

    private static boolean isAbandoned(Path file, ProcessIdentity self) throws IOException {
        Optional<ProcessIdentity> owner = ProcessIdentity.parse(Files.readString(file));
        if (owner.isPresent()) {
            return !self.sees(owner.get());
        }
        Instant written = Files.getLastModifiedTime(file).toInstant();
        return written.plusSeconds(GRACE_SECONDS).isBefore(Instant.now());
    }

    /** Whether a lock file is there whose owner is dead, as far as this process can see. */
    public static boolean isStale(Path file, ProcessIdentity self) {
        try {
            return isAbandoned(file, self);
        } catch (NoSuchFileException released) {
            return false;
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Whether somebody holds a lock who may be alive. */
    public static boolean isHeld(Path file, ProcessIdentity self) {
        return Files.exists(file) && !isStale(file, self);
    }

    /** Removes a lock file whose owner is dead; false if it is held, or was taken over meanwhile. */
    public static boolean removeStale(DurableFiles files, Path file, ProcessIdentity self) {
        return Files.exists(file) && removeIfOwnerIsGone(files, file, self);
    }

    /** Who holds a lock, as people are told; empty if its file does not say. */
    public static Optional<String> describeOwner(Path file) {
        return owner(file).map(owner -> "process " + owner.pid() + " on " + owner.host());
    }

    /** The process that a lock's file names, whether it is alive or not; empty if there is no file, or it does not say. */
    public static Optional<ProcessIdentity> owner(Path file) {
        try {
            return ProcessIdentity.parse(Files.readString(file));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static BusyException busy(Path file) {
        String who = describeOwner(file).orElse("another process");
        return new BusyException("unable to lock '" + file + "': held by " + who,
                "Try again when that command has ended. If no such process exists, remove the file.");
    }

    private static void pause(Path file) {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw busy(file);
        }
    }

    /** The lock's own file. */
    public Path file() {
        return file;
    }

    /** Gives the lock up. */
    @Override
    public void close() {
        try {
            files.steps().delete(file);
        } catch (NoSuchFileException removedByHand) {
            // Somebody followed the hint; there is nothing left to give up.
        } catch (IOException failure) {
            throw new StorageFailedException("unlock", file, failure);
        }
    }
}
