package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.LockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a page server has left. */
class OwnServersStopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;
    private Instance server;

    @BeforeEach
    void server() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        server = neon.workspace().instances().find(neon.timeline("main")).orElseThrow();
        Files.writeString(neon.directory().resolve("run/pageserver.instances"),
                server.timeline() + " " + server.pid() + ' ' + server.incarnation() + '\n');
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private void signal(String name) {
        ProgramRun.of(List.of("/bin/kill", "-" + name, Long.toString(server.pid())), PATIENCE);
    }

    private class Observer implements OwnServersStop.Observer {
        @Override
        public void waits(String owner) {
            told.add("waits for " + owner);
        }

        @Override
        public void takesLong(Instance instance, Duration limit) {
            told.add("long " + instance.label() + ' ' + limit.toSeconds());
            signal("CONT");
        }

        @Override
        public void stopped(Instance instance, boolean isGraceful) {
            told.add("stopped " + instance.label() + ' ' + isGraceful);
        }

        @Override
        public void failed(Instance instance, NeonException failure) {
            told.add("failed " + failure);
        }
    }

    /** A checkpoint that takes its time: the postmaster sleeps until that is told. */
    @Test
    void whatTakesLongIsTold() throws Exception {
        signal("STOP");
        new OwnServersStop(neon.workspace()).run(new Observer());
        assertEquals(List.of("long main 60", "stopped main true"), List.copyOf(told));
        assertTrue(neon.workspace().instances().list().isEmpty());
    }

    @Test
    void whatIsLeftIsNamedIfAnotherHasTheLock() throws Exception {
        try (LockFile _ = neon.workspace().repository().lock("pageserver", Duration.ZERO)) {
            BusyException busy = assertThrows(BusyException.class,
                    () -> new OwnServersStop(neon.workspace()).run(new Observer(), Duration.ofMillis(50)));
            String owner = "process " + ProcessHandle.current().pid() + " on ";
            assertTrue(busy.getMessage().startsWith("unable to stop the page server's servers on main: its lock is held by " + owner), busy.getMessage());
            assertTrue(told.size() == 1 && told.peek().startsWith("waits for " + owner), told::toString);
            // A Ctrl-C while it waits.
            Thread test = Thread.currentThread();
            assertThrows(InterruptedException.class, () -> new OwnServersStop(neon.workspace()).run(new Observer() {
                @Override
                public void waits(String process) {
                    test.interrupt();
                }
            }, PATIENCE));
        }
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> new OwnServersStop(neon.workspace()).run(new Observer()));
        assertEquals(1, neon.workspace().instances().list().size(), "it was not to be stopped any more");
        new OwnServersStop(neon.workspace()).run(new Observer());
        assertEquals("stopped main true", List.copyOf(told).getLast());
    }
}
