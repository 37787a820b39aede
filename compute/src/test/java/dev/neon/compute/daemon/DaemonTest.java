package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon in this process, without a server. */
class DaemonTest {
    private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;
    private DaemonFiles files;

    @BeforeEach
    void repository() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        files = new DaemonFiles(neon.workspace().repository());
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private Daemon start() {
        Workspace first = neon.workspace();
        return Daemon.start(new DaemonSettings(ANY, HttpChoice.at(ANY)), new NeonProgram("test", List.of("false"), Optional.empty(), 7),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
    }

    @Test
    void tellsWhereItIsAsLongAsItIsThere() {
        assertInstanceOf(DaemonState.Stopped.class, files.state());
        try (Daemon _ = start()) {
            DaemonRecord record = assertInstanceOf(DaemonState.Running.class, files.state()).record();
            assertEquals(ProcessIdentity.current().pid(), record.pid());
            assertTrue(record.address().port() > 0);
            assertTrue(log.contains("listening on " + record.address()), log::toString);
            assertThrows(BusyException.class, record.address()::requireFree);
            assertThrows(BusyException.class, this::start);
            assertInstanceOf(DaemonState.Running.class, files.state());
        }
        assertInstanceOf(DaemonState.Stopped.class, files.state());
        start().close();
    }

    @Test
    void whatAKilledOneLeftDoesNotCount() throws Exception {
        Path lock = directory.resolve(".neon/run/pageserver.lock");
        try (Daemon _ = start()) {
            String dead = Files.readString(lock).replaceFirst("^\\d+", "4194999");
            String record = Files.readString(directory.resolve(".neon/run/pageserver")).replaceFirst("pid: \\d+", "pid: 4194999");
            Files.writeString(lock, dead);
            Files.writeString(directory.resolve(".neon/run/pageserver"), record);
        }
        assertInstanceOf(DaemonState.Stopped.class, files.state());
        try (Daemon _ = start()) {
            assertInstanceOf(DaemonState.Running.class, files.state());
        }
    }

    @Test
    void copiesHaveNoneAndMayHaveTheirOwn() throws Exception {
        try (Daemon _ = start()) {
            Path copy = directory.resolve("copy");
            assertEquals(0, new ProcessBuilder("cp", "-r", directory.resolve(".neon").toString(), copy.toString()).start().waitFor());
            DaemonFiles copied = new DaemonFiles(Repository.open(copy, neon.workspace().repository().context()));
            assertInstanceOf(DaemonState.Stopped.class, copied.state());
            copied.acquire(Duration.ZERO).close();
            assertInstanceOf(DaemonState.Running.class, files.state());
        }
    }

    @Test
    void endsWhenItsRepositoryIsNotThereAnyMore() throws Exception {
        try (Daemon daemon = start()) {
            CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> {
                try {
                    daemon.awaitEnd();
                    return true;
                } catch (InterruptedException told) {
                    return false;
                }
            });
            Path moved = directory.resolve("moved");
            Files.move(directory.resolve(".neon"), moved);
            assertTrue(end.get(30, TimeUnit.SECONDS));
            daemon.close();
            assertFalse(Files.exists(directory.resolve(".neon")), "it made the directory anew");
            Files.move(moved, directory.resolve(".neon"));
        }
        assertTrue(log.stream().anyMatch(line -> line.contains("the repository was moved or deleted")), log::toString);
    }

    /** As at a mount point of another process: the directory is this one, and its page server knows it by a path that is not there. */
    @Test
    void anotherMountPointIsNoCopy() throws Exception {
        Path record = directory.resolve(".neon/run/pageserver");
        try (Daemon _ = start()) {
            String written = Files.readString(record);
            Files.writeString(record, written.replaceFirst("repository: .*", "repository: " + directory.resolve("mounted/.neon")));
            assertInstanceOf(DaemonState.Busy.class, files.state());
            assertThrows(BusyException.class, () -> files.acquire(Duration.ZERO));
            assertEquals(ProcessIdentity.current().pid(), files.owner().orElseThrow().pid(), "the lock of the one that runs");
            // A release that noted no directory.
            Files.writeString(record, written.replaceFirst("directory: .*\n", ""));
            assertInstanceOf(DaemonState.Running.class, files.state());
        }
        assertInstanceOf(DaemonState.Stopped.class, files.state());
    }

    @Test
    void anotherDaemonsTokenStays() throws Exception {
        Path token = directory.resolve(".neon/run/pageserver.token");
        try (Daemon _ = start()) {
            Files.writeString(token, "another's\n");
        }
        assertEquals("another's\n", Files.readString(token));
        start().close();
        assertFalse(Files.exists(token));
    }
}
