package dev.neon.compute.checkout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.timeline.CollectedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an undo says of what it leaves, and what it refuses. */
class UndoneTest {
    private static final RefName MAIN = RefName.branch("main");
    private static final RefName SIDE = RefName.branch("side");
    private static final Checkouts.Options DISCARD = new Checkouts.Options(true, false);

    @TempDir
    Path directory;

    private TestWorkspace test;
    private Workspace workspace;
    private Checkouts checkouts;
    private Undo undo;

    @BeforeEach
    void init() {
        test = TestWorkspace.init(directory, TestPostgres.major(18));
        workspace = test.workspace();
        checkouts = new Checkouts(workspace);
        undo = new Undo(workspace, false);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void whatWasNotCommittedIsTold() throws Exception {
        TimelineId timeline = checkout();
        work(timeline, "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)");
        Undo.Done done = undo.undo(Optional.empty());
        assertEquals(List.of("the temporary timeline of main: 2"), told(done));
        assertTrue(done.left().getFirst().work().bytes() > 0);
        assertEquals(List.of(), told(undo.redo()));
        assertEquals(2, checkouts.state().work().orElseThrow().ahead().transactions(), "redo went back to it");
    }

    @Test
    void whatIsCommittedIsNotLeftByGoingBackAStep() throws Exception {
        work(checkout(), "CREATE TABLE t (a int)");
        new Commits(workspace).commit("t", false, false);
        assertEquals(List.of(), told(undo.undo(Optional.empty())), "HEAD has it still");
        assertEquals(List.of("the temporary timeline of main: 1"), told(undo.undo(Optional.empty())));
        undo.redo();
        undo.redo();
        checkouts.switchTo(MAIN, DISCARD);
        String first = workspace.repository().log().read().getLast().id();
        assertEquals(List.of("branch 'main': 1"), told(undo.restore(first)), "it lies on a timeline that had no name itself");
        assertEquals(List.of(), told(undo.undo(Optional.empty())));
    }

    @Test
    void workOnABranchThatAnUndoTakesIsTold() throws Exception {
        work(test.branch("side", "main"), "CREATE TABLE t (a int)");
        assertEquals(List.of("branch 'side': 1"), told(undo.undo(Optional.empty())));
        undo.redo();
        test.branch("again", "side");
        String made = workspace.repository().log().read().stream().filter(each -> each.command().equals("branch side")).findFirst()
                .orElseThrow().id();
        assertEquals(List.of(), told(undo.undo(Optional.of(made))), "the other branch has it");
    }

    @Test
    void theOldSettingsComeWithTheBranch() {
        BranchSettings settings = new BranchSettings(workspace.repository().config());
        Instant time = Instant.now().plus(7, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        workspace.branches().create("side", test.resolve("main"), false, Optional.of(time));
        workspace.repository().config().set("branch.side.remote", "origin \\ with\ttab");
        workspace.branches().delete("side", false);
        assertEquals(Optional.empty(), settings.expires(SIDE));
        undo.undo(Optional.empty());
        assertEquals(Optional.of(time), settings.expires(SIDE));
        assertEquals(Optional.of("origin \\ with\ttab"), workspace.repository().config().get("branch.side.remote"));
        undo.redo();
        assertEquals(Optional.empty(), settings.expires(SIDE));
        undo.undo(Optional.empty());
        assertEquals(Optional.of(time), settings.expires(SIDE), "however often");

        settings.setExpires(SIDE, Optional.of(Instant.parse("2000-01-01T00:00:00Z")));
        workspace.branches().delete("side", false);
        undo.undo(Optional.empty());
        assertEquals(Optional.empty(), settings.expires(SIDE), "it would vanish again");
        // Of the branch's making, what is taken back is noted too.
        settings.setExpires(SIDE, Optional.of(time));
        undo.undo(Optional.empty());
        assertTrue(workspace.repository().refs().read(SIDE).isEmpty());
        assertEquals(Optional.empty(), settings.expires(SIDE));
        undo.redo();
        assertEquals(Optional.of(time), settings.expires(SIDE));
    }

    @Test
    void aProtectedBranchLosesNothing() throws Exception {
        work(checkout(), "CREATE TABLE t (a int)");
        new Commits(workspace).commit("t", false, false);
        workspace.branches().setProtected("main", true);
        assertThrows(ConflictException.class, () -> undo.undo(Optional.empty()));
        workspace.branches().setProtected("main", false);
        undo.undo(Optional.empty());
        workspace.branches().setProtected("main", true);
        undo.redo();
        test.branch("side", "main");
        workspace.branches().setProtected("side", true);
        assertThrows(ConflictException.class, () -> undo.undo(Optional.empty()));
        workspace.branches().rename("side", "kept", false);
        undo.undo(Optional.empty());
        assertTrue(new BranchSettings(workspace.repository().config()).isProtected(SIDE), "a name that goes back loses nothing");
    }

    @Test
    void whatHasBeenCollectedDoesNotComeBack() throws Exception {
        TimelineId side = test.branch("side", "main");
        work(side, "CREATE TABLE t (a int)");
        test.branch("early", "side");
        work(side, "SELECT pg_switch_wal()", "INSERT INTO t VALUES (1)");
        workspace.tags().create("v1", test.resolve("side"), Optional.empty(), false);
        workspace.branches().delete("side", false);
        workspace.tags().delete("v1");
        checkStays("the tag", side, () -> undo.undo(Optional.empty()));
        workspace.tags().create("v2", test.resolve("early"), Optional.empty(), false);
        String deleted = workspace.repository().log().read().stream().filter(each -> each.command().equals("branch -d side"))
                .findFirst().orElseThrow().id();
        checkStays("the branch", side, () -> undo.undo(Optional.of(deleted)));
    }

    /** Removes the timeline's last WAL, as a collection does where another timeline goes on from before, and puts it back. */
    private void checkStays(String what, TimelineId timeline, Runnable undone) throws Exception {
        Path wal = workspace.repository().timelines().walDirectory(timeline);
        long segment = workspace.wal().source(timeline).segmentSize();
        Lsn first = new Lsn(workspace.positions().end(timeline).value() & -segment);
        List<Path> segments;
        try (Stream<Path> files = Files.list(wal)) {
            segments = files.filter(file -> file.getFileName().toString().endsWith("2")).toList();
        }
        assertEquals(1, segments.size());
        for (Path file : segments) {
            Files.move(file, directory.resolve(file.getFileName()));
        }
        new CollectedLog(workspace.repository().directory(), workspace.repository().files())
                .add(List.of(new CollectedLog.Run(timeline, first, first.plus(segment))));
        long operations = workspace.repository().log().read().size();
        assertThrows(NotFoundException.class, undone::run, what);
        assertEquals(operations, workspace.repository().log().read().size());
        for (Path file : segments) {
            Files.move(directory.resolve(file.getFileName()), file);
        }
        undone.run();
    }

    private static List<String> told(Undo.Done done) {
        return done.left().stream().map(left -> left.place() + ": " + left.work().transactions()).toList();
    }

    private TimelineId checkout() {
        return HeadChange.timelineOf(checkouts.checkout(test.resolve("main"), Optional.of(MAIN), DISCARD).orElseThrow().head());
    }

    private void work(TimelineId timeline, String... statements) throws Exception {
        Instance server = workspace.start(StartRequest.of(timeline, "work")).instance();
        try (Connection connection = TestWorkspace.connect(server); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        workspace.instances().stop(timeline, ServerSignal.FAST, TestWorkspace.STOP);
    }
}
