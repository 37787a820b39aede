package dev.neon.compute.proxy;

import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.PlaceMark;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code run/pageserver.lock} as its owner sees it later, when the repository may have been deleted, moved or replaced: by a copy or a backup, for
 * example, in which there is a copy of this very lock.
 */
public final class PageServerLock {
    private final Path directory;
    private final Path file;
    private final ProcessIdentity self;
    private final PlaceMark mark;

    /** Of the repository that is there now. */
    public PageServerLock(Repository repository) {
        this.directory = repository.directory();
        this.file = repository.runDirectory().resolve("pageserver.lock");
        this.self = repository.context().process();
        this.mark = PlaceMark.of(directory);
    }

    /**
     * Whether it is certain that the lock is not the process's own any more. Where it cannot be read it is not: a page server whose clients have
     * taken every descriptor there is goes on.
     */
    public boolean isLost() {
        return isAnothers() || !Files.exists(file);
    }

    /**
     * Refuses what would write into another's repository. Without a lock nobody else has one.
     *
     * @throws NotARepositoryException if the directory is not the same any more, or another process has the lock
     */
    void requireNotAnothers() {
        if (isAnothers()) {
            throw new NotARepositoryException("'" + directory + "' is not there any more, or another repository or page server is",
                    "Start the page server where the repository is now.");
        }
    }

    private boolean isAnothers() {
        try {
            return !mark.isOf(PlaceMark.of(directory)) || !ProcessIdentity.parse(Files.readString(file)).equals(Optional.of(self));
        } catch (StorageFailedException goneOrUnreadable) {
            return Files.notExists(directory);
        } catch (IOException absentOrUnreadable) {
            return false;
        }
    }
}
