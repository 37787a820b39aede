package dev.neon.repo.repository;

import dev.neon.repo.TestContext;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
    @TempDir Path directory;

    private Repository create() {
        return Repository.create(directory.resolve(".neon"), TestContext.live(), _ -> { });
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aNewOneIsFoundAndOpened() throws IOException {
        Repository created = create();
        Path below = Files.createDirectories(directory.resolve("a/b"));
        Repository opened = Repository.open(Repository.discover(below).orElseThrow(), TestContext.live());
        assertEquals(created.id(), opened.id());
        assertEquals(Repository.NEWEST_FORMAT, opened.formatVersion());
        assertEquals(Optional.of(new RefTarget.Symbolic(RefName.branch("main"))), opened.refs().read(RefName.HEAD));
        assertEquals(List.of(), opened.timelines().list());
    }

    /** As git finds a bare one, and another from within its directory. */
    @Test
    void oneIsFoundFromWithin() throws IOException {
        Path bare = Repository.create(directory.resolve("shop.neon"), TestContext.live(), _ -> { }).directory();
        assertEquals(Optional.of(bare), Repository.discover(bare));
        assertEquals(Optional.of(bare), Repository.discover(bare.resolve("refs/branches")));
        Repository.create(bare.resolve(".neon"), TestContext.live(), _ -> { });
        assertEquals(Optional.of(bare.resolve(".neon")), Repository.discover(bare), "that one is nearer, as in git");
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.createDirectory(other.resolve("timelines"));
        Files.createDirectory(other.resolve("refs"));
        assertEquals(Optional.empty(), Repository.discover(other), "no config");
    }

    @Test
    void neitherASecondOneNorAHalfOneIsMade() throws IOException {
        create();
        assertThrows(AlreadyExistsException.class, this::create);
        assertThrows(IllegalStateException.class, () -> Repository.create(directory.resolve("other"),
                TestContext.live(), _ -> {
                    throw new IllegalStateException("no PostgreSQL");
                }));
        assertEquals(List.of(".neon"), names());
    }

    @Test
    void theCloudClientsFileIsNotTouched() throws IOException {
        Path file = directory.resolve(".neon");
        Files.writeString(file, "{\"orgId\": \"o\"}");
        assertThrows(NotARepositoryException.class, () -> Repository.discover(directory));
        assertThrows(NotARepositoryException.class, () -> Repository.open(file, TestContext.live()));
        assertThrows(NotARepositoryException.class, this::create);
        assertEquals("{\"orgId\": \"o\"}", Files.readString(file));
    }

    @Test
    void anotherDirectoryAndANewerFormatAreRefused() throws IOException {
        assertThrows(NotARepositoryException.class, () -> Repository.open(directory, TestContext.live()));
        Repository repository = create();
        repository.config().set("core.repositoryFormatVersion", "99");
        FormatTooNewException tooNew = assertThrows(FormatTooNewException.class,
                () -> Repository.open(repository.directory(), TestContext.live()));
        assertEquals(99, tooNew.version());
    }

    @Test
    void locksHaveNames() {
        Repository repository = create();
        try (LockFile held = repository.lock("instance-main")) {
            assertTrue(held.file().startsWith(repository.runDirectory()));
            assertThrows(BusyException.class, () -> repository.lock("instance-main"));
            repository.lock("other").close();
        }
        repository.lock("instance-main").close();
        assertThrows(InvalidInputException.class, () -> repository.lock("../x"));
    }
}
