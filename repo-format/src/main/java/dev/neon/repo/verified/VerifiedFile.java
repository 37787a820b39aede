package dev.neon.repo.verified;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The file {@code fsck/verified} of a repository; it may be missing. It is replaced as a whole, so a reader needs no lock;
 * writers take one, and lay what they have found out on what others have written meanwhile.
 */
public final class VerifiedFile {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

    private final Repository repository;
    private final Path file;

    public VerifiedFile(Repository repository) {
        this.repository = repository;
        this.file = repository.directory().resolve("fsck").resolve("verified");
    }

    public Path path() {
        return file;
    }

    /**
     * What the file holds.
     *
     * @param problem why that is nothing although there is a file, as the rest of a sentence: "is damaged"
     */
    public record Content(Verified verified, Optional<String> problem) {}

    /** Reads the file. */
    public Content read() {
        try {
            return new Content(VerifiedFormat.parse(Files.readAllBytes(file)), Optional.empty());
        } catch (NoSuchFileException none) {
            return new Content(Verified.NOTHING, Optional.empty());
        } catch (InvalidInputException unusable) {
            return new Content(Verified.NOTHING, Optional.of(unusable.getMessage()));
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /**
     * Changes the file.
     *
     * @param change from what it holds at that moment to what it is to hold
     * @throws dev.neon.repo.error.BusyException if another process is at it for long
     * @throws StorageFailedException            if it cannot be written; it is then as before
     */
    public void update(UnaryOperator<Verified> change) {
        repository.files().createDirectories(file.getParent());
        try (LockFile _ = LockFile.acquire(repository.files(), file, repository.context().process(), LOCK_WAIT)) {
            repository.files().replace(file, VerifiedFormat.format(change.apply(read().verified())));
        }
    }

    /** Removes the file. */
    public void remove() {
        repository.files().delete(file);
    }
}
