package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page server may still write when something has come in its repository's place. */
class PageServerLockTest {
    private static final TimelineId OTHER = TimelineId.random();

    @TempDir
    Path directory;

    private Path neon;
    private Path file;
    private Repository repository;

    @BeforeEach
    void repository() {
        neon = directory.resolve(".neon");
        file = neon.resolve("run/pageserver.lock");
        repository = Repository.create(neon, TestWorkspace.context(), _ -> { });
    }

    /** As when clients have taken every descriptor: the page server is not to end by that. */
    @Test
    void whatCannotBeReadIsNotLost() throws Exception {
        try (LockFile _ = repository.lock("pageserver", Duration.ZERO)) {
            PageServerLock lock = new PageServerLock(repository);
            assertFalse(lock.isLost());
            String own = Files.readString(file);
            Files.writeString(file, own.replaceFirst("^\\d+", "4194999"));
            assertTrue(lock.isLost(), "it is another process's");
            Files.delete(file);
            assertTrue(lock.isLost(), "it is gone");
            Files.createDirectory(file);
            assertFalse(lock.isLost(), "it is there, and says nothing");
            Files.delete(file);
            Files.writeString(file, own);
        }
    }

    @Test
    void aCopyInItsPlaceIsNotWritten() throws Exception {
        try (LockFile _ = repository.lock("pageserver", Duration.ZERO)) {
            PageServerLock lock = new PageServerLock(repository);
            OwnServers own = new OwnServers(repository);
            own.begin(OTHER);
            Path moved = directory.resolve("moved");
            Files.move(neon, moved);
            assertTrue(lock.isLost());
            assertThrows(NotARepositoryException.class, () -> own.begin(TimelineId.random()));
            assertFalse(Files.exists(neon), "it made the directory anew");
            // The lock in the copy has our name in it.
            assertEquals(0, new ProcessBuilder("cp", "-a", moved.toString(), neon.toString()).start().waitFor());
            assertTrue(lock.isLost());
            assertThrows(NotARepositoryException.class, () -> own.remove(OTHER));
            assertEquals(OTHER + " starting\n", Files.readString(neon.resolve("run/pageserver.instances")));
        }
    }

    @Test
    void norIsOneThatAnotherPageServerHas() throws Exception {
        try (LockFile _ = repository.lock("pageserver", Duration.ZERO)) {
            OwnServers own = new OwnServers(repository);
            String line = Files.readString(file);
            Files.writeString(file, line.replaceFirst("^\\d+", "4194999"));
            assertThrows(NotARepositoryException.class, () -> own.begin(OTHER));
            assertFalse(Files.exists(neon.resolve("run/pageserver.instances")));
            Files.writeString(file, line);
        }
    }
}
