package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else holds: locks, ports, servers, tablespaces, data directories of another major. */
class ContentionTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static Path repository;

    @BeforeAll
    static void makeARepository() {
        neon = new CommandLine(directory);
        neon.ok("init");
        repository = neon.repository();
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void aLockOfALiveProcess() {
        ProcessIdentity self = ProcessIdentity.current();
        DurableFiles files = new DurableFiles(new NioFileSteps());
        try (LockFile held = LockFile.acquire(files, repository.resolve("refs"), self, Duration.ZERO)) {
            String message = neon.fails(ExitCode.BUSY, "branch", "x");
            assertTrue(message.contains(Long.toString(self.pid())) && message.contains("refs.lock"), message);
            assertEquals("main", neon.ok("rev-parse", "--abbrev-ref", "HEAD"), "reading needs no lock");
        }
        neon.ok("branch", "x");
        neon.ok("branch", "-D", "x");
    }

    @Test
    void aLockOfADeadProcess() throws Exception {
        ProcessIdentity self = ProcessIdentity.current();
        Files.writeString(repository.resolve("refs.lock"), "999999 " + self.host() + " 1 " + self.boot() + " "
                + self.namespace() + "\n");
        neon.ok("tag", "unlocked");
        assertTrue(Files.notExists(repository.resolve("refs.lock")));
    }

    @Test
    void aPortInUse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String message = neon.fails(ExitCode.BUSY, "start", "--port", Integer.toString(other.getLocalPort()));
            assertTrue(message.contains("port " + other.getLocalPort() + " is in use"), message);
        }
        assertEquals("", neon.ok("ps"));
    }

    @Test
    void aServerThatRuns() {
        String first = neon.ok("start", "main");
        assertEquals(first, neon.ok("start", "main"), "a second start finds the first");
        neon.ok("branch", "twig", "main");
        var other = neon.run("start", "main", "--port", "1024");
        CommandLine.requireMessage(ExitCode.BUSY, other, "start", "main", "--port", "1024");
        CommandLine.requireMessage(ExitCode.BUSY, neon.run("branch", "-f", "main", "twig"), "branch", "-f", "main");
        neon.ok("stop", "main");
        assertEquals(ExitCode.NEGATIVE.number(), neon.run("stop", "main").code());
    }

    @Test
    void anotherMajor(@TempDir Path elsewhere) throws Exception {
        Optional<PostgresBinaries> debian = TestPostgres.debian15();
        assumeTrue(debian.isPresent(), "needs PostgreSQL 15 of Debian");
        String message = neon.fails(ExitCode.UNSUPPORTED, "start", "--pg-bin", debian.get().binDir().toString());
        assertTrue(message.contains("PostgreSQL 15.") && message.contains("PostgreSQL 18"), message);

        try (CommandLine old = new CommandLine(elsewhere)) {
            old.ok("init", "--pg-version", "15");
            old.ok("pg", "create", "main");
            neon.ok("branch", "swapped");
            String ours = neon.ok("rev-parse", "--timeline", "swapped");
            String theirs = old.ok("rev-parse", "--timeline", "main");
            Files.createDirectories(repository.resolve("datadirs"));
            Files.move(old.repository().resolve("datadirs").resolve(theirs),
                    repository.resolve("datadirs").resolve(ours));
            neon.fails(ExitCode.UNSUPPORTED, "start", "swapped");
            neon.ok("pg", "destroy", "swapped");
            neon.ok("start", "swapped");
            neon.ok("stop", "swapped");
        }
    }

    @Test
    void anExternalTablespace(@TempDir Path elsewhere, @TempDir Path outside) throws Exception {
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (CommandLine own = new CommandLine(elsewhere)) {
            own.ok("init");
            own.ok("start");
            Sql.run(own, "main", "CREATE TABLESPACE far LOCATION '" + outside + "'");
            own.ok("stop");
            own.ok("start");
            own.ok("stop");
            new DurableFiles(new NioFileSteps()).deleteTree(own.repository().resolve("datadirs"));
            String message = own.fails(ExitCode.UNSUPPORTED, "start");
            assertTrue(message.contains(outside.toString()), message);
            own.ok("branch", "child");
            own.fails(ExitCode.UNSUPPORTED, "start", "child");
        }
    }
}
