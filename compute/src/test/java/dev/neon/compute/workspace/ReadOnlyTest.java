package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.process.Host;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking at a revision leaves nothing behind. */
class ReadOnlyTest {
    @TempDir
    Path directory;

    private TestWorkspace neon;
    private Set<String> before = Set.of();

    @BeforeEach
    void repository() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
        neon.workspace().tags().create("past", neon.resolve("main"), Optional.empty(), false);
        neon.execute("main", "DELETE FROM t");
        before = entries();
    }

    @AfterEach
    void end() {
        neon.close();
    }

    /** Names below the places in which a server leaves something; locks and what belongs to main are always there. */
    private Set<String> entries() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String place : List.of("timelines", "datadirs", "run")) {
            try (Stream<Path> files = Files.list(neon.directory().resolve(place))) {
                names.addAll(files.map(file -> place + "/" + file.getFileName()).collect(Collectors.toSet()));
            }
        }
        return names;
    }

    private StartRequest request(String revision, String... settings) {
        Point point = neon.resolve(revision);
        TimelineId timeline = TimelineId.random();
        neon.workspace().timelines().throwAway(timeline, point, revision);
        return new StartRequest(timeline, revision, true, Optional.empty(), Optional.empty(),
                List.of(settings), Optional.empty(), Duration.ofSeconds(60));
    }

    private Instance look(String revision, String... settings) {
        return neon.workspace().start(request(revision, settings)).instance();
    }

    private static String count(Instance server) throws SQLException {
        try (Connection connection = TestWorkspace.connect(server); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void thePastIsSeenAndNotWrittenAndNothingStays() throws Exception {
        Instance atTag = look("past");
        Instance atLsn = look("main@" + neon.resolve("past").lsn());
        assertEquals("100", count(atTag));
        assertEquals("100", count(atLsn));
        assertEquals("0", neon.query("main", "SELECT count(*) FROM t").getFirst());
        try (Connection connection = TestWorkspace.connect(atTag); Statement statement = connection.createStatement()) {
            SQLException refused = assertThrows(SQLException.class, () -> statement.execute("INSERT INTO t VALUES (1)"));
            assertEquals("25006", refused.getSQLState());
        }
        assertEquals(Optional.of(atTag.timeline()), neon.workspace().instances().labelled("past"));
        neon.workspace().instances().stop(atTag.timeline(), ServerSignal.FAST, TestWorkspace.STOP);
        neon.workspace().instances().stop(atLsn.timeline(), ServerSignal.FAST, TestWorkspace.STOP);
        assertEquals(before, entries());
    }

    @Test
    void serversAreListedUnderThePresentNamesOfTheirBranches() {
        neon.workspace().branches().rename("main", "trunk", false);
        assertEquals(List.of("trunk"), neon.workspace().instances().list().stream()
                .map(listed -> listed.instance().label()).toList());
    }

    @Test
    void aServerWithoutRecordIsListedAndFoundByItsTimeline() throws Exception {
        TimelineId main = neon.timeline("main");
        Files.delete(neon.directory().resolve("run").resolve(main + ".instance"));
        assertEquals(List.of("main"), neon.workspace().instances().list().stream()
                .map(listed -> listed.instance().label()).toList());
        assertEquals(Optional.of(main), neon.workspace().instances().labelled(main.hex()));
        // The end of the test stops what has a record.
        neon.workspace().instances().stop(main, ServerSignal.FAST, TestWorkspace.STOP);
    }

    @Test
    void otherOptionsThanThoseOfTheRunningServerAreRefused() {
        TimelineId main = neon.timeline("main");
        Instances servers = neon.workspace().instances();
        assertFalse(servers.start(StartRequest.of(main, "main")).fresh());
        for (StartRequest other : List.of(asked(main, Optional.of("*"), List.of(), Optional.empty()),
                asked(main, Optional.empty(), List.of("work_mem=1MB"), Optional.empty()),
                asked(main, Optional.empty(), List.of(), Optional.of(Path.of("/elsewhere"))))) {
            assertThrows(BusyException.class, () -> servers.start(other));
        }
    }

    private static StartRequest asked(TimelineId timeline, Optional<String> listen, List<String> settings,
                                      Optional<Path> binaries) {
        return new StartRequest(timeline, "main", false, Optional.empty(), listen, settings, binaries,
                Duration.ofSeconds(60));
    }

    @Test
    void anIpv6AddressHasBracketsInAUri() {
        Instance server = new Instance(neon.timeline("main"), "main", 1, "", Instant.EPOCH, 5433, "::", directory, false,
                List.of(), Optional.of(directory), "");
        assertEquals("::1", server.clientHost());
        assertEquals("postgresql://me@[::1]:5433/shop", server.connectionString("me", "shop"));
    }

    @Test
    void whatAKilledServerLeavesIsSweptByTheNextCommand() throws Exception {
        Instance server = look("past");
        Host.current().signal(server.pid(), Host.Signal.KILL);
        while (Host.current().isAlive(server.pid())) {
            Thread.sleep(10);
        }
        assertFalse(before.equals(entries()));
        assertEquals(List.of(Instance.State.RUNNING, Instance.State.CRASHED),
                neon.workspace().instances().list().stream().map(Instances.Listed::state).toList());
        neon.workspace().instances().sweep();
        assertEquals(before, entries());
    }

    @Test
    void aServerThatDoesNotStartLeavesNothing() throws Exception {
        assertThrows(PostgresFailedException.class, () -> look("past", "shared_buffers=no_such_size"));
        assertEquals(before, entries());
    }

    /** Its WAL goes with the server: a branch of it could never be started again. */
    @Test
    void noNameIsGivenToWhatDoesNotLast() throws Exception {
        Instance server = look("past");
        String timeline = server.timeline().hex();
        assertThrows(ConflictException.class, () -> neon.branch("kept", timeline));
        assertThrows(ConflictException.class, () -> neon.workspace().tags()
                .create("kept", neon.resolve(timeline), Optional.empty(), false));
        neon.workspace().instances().stop(server.timeline(), ServerSignal.FAST, TestWorkspace.STOP);
        assertEquals(before, entries());
        assertTrue(neon.workspace().repository().refs().list(RefName.Kind.BRANCH).size() == 1);
    }
}
