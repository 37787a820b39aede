package dev.neon.compute.checkout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers and HEAD when what they are on goes. */
class TakenAlongTest {
    private static final RefName MAIN = RefName.branch("main");
    private static final Checkouts.Options PLAIN = new Checkouts.Options(false, false);

    @TempDir
    Path directory;

    private TestWorkspace test;
    private Workspace workspace;
    private Checkouts checkouts;

    @BeforeEach
    void init() {
        test = TestWorkspace.init(directory, TestPostgres.major(18));
        workspace = test.workspace();
        checkouts = new Checkouts(workspace);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void anUndoTakesTheServerToTheBranch() {
        Instance server = start(checkout());
        Undo.Done done = new Undo(workspace, true).undo(Optional.empty());
        assertEquals(List.of(server.again(test.timeline("main"), "main")), done.restart());
    }

    @Test
    void whatIsCommittedWhileHeadIsOnItsWayIsNotLeft() throws Exception {
        TimelineId timeline = checkout();
        Instance server = start(timeline);
        HeadState before = checkouts.state();
        execute(server, "CREATE TABLE late (value int)");
        HeadChange.Leaving leaving = new HeadChange.Leaving(HeadChange.Uncommitted.NONE, true);
        HeadChange change = new HeadChange(workspace);
        assertThrows(ConflictException.class, () -> change.toBranch(before, MAIN, change.tip(MAIN), "switch", leaving, _ -> { }));
        assertEquals(new Head.Temporary(timeline, Optional.of(MAIN)), checkouts.state().head());
        assertEquals(server.port(), workspace.instances().find(timeline).orElseThrow().port(), "it runs again");
    }

    @Test
    void whatWasStoppedComesBackThoughTheCommandWasInterrupted() {
        TimelineId timeline = checkout();
        Instance server = start(timeline);
        Followers followers = new Followers(workspace, true);
        followers.stop(timeline);
        assertTrue(workspace.instances().find(timeline).isEmpty());
        Thread.currentThread().interrupt();
        followers.back(new RuntimeException("interrupted"));
        assertTrue(Thread.interrupted(), "the command still ends");
        assertEquals(server.port(), workspace.instances().find(timeline).orElseThrow().port());
    }

    @Test
    void anUndoOfAnEarlierOperationLeavesHeadItsBranch() {
        workspace.branches().create("other", test.resolve("main"), false);
        String made = workspace.repository().log().read().getFirst().id();
        checkouts.switchTo(RefName.branch("other"), PLAIN);
        Undo undo = new Undo(workspace, false);
        assertThrows(ConflictException.class, () -> undo.undo(Optional.of(made)));
        undo.undo(Optional.empty());
        undo.undo(Optional.of(made));
        assertTrue(workspace.repository().refs().read(RefName.branch("other")).isEmpty());
    }

    @Test
    void theBranchBeforeIsOneThatIsStillThere() {
        workspace.branches().create("other", test.resolve("main"), false);
        checkouts.switchTo(RefName.branch("other"), PLAIN);
        workspace.branches().create("gone", test.resolve("main"), false);
        checkouts.switchTo(RefName.branch("gone"), PLAIN);
        checkouts.switchTo(MAIN, PLAIN);
        workspace.branches().delete("gone", true);
        assertEquals(Optional.of(RefName.branch("other")), checkouts.previous().branch());
    }

    @Test
    void aTakenNameIsFoundBeforeAServerIsStopped() {
        test.branch("taken", "main");
        TimelineId timeline = checkout();
        Instance server = start(timeline);
        Instance onMain = test.start("main");
        Checkouts.Options along = new Checkouts.Options(true, true);
        assertThrows(AlreadyExistsException.class, () -> new Resets(workspace).reset(test.resolve("taken"), "taken", Optional.of("taken"), along));
        assertEquals(server.pid(), workspace.instances().find(timeline).orElseThrow().pid(), "it was left alone");
        assertEquals(onMain.pid(), workspace.instances().find(test.timeline("main")).orElseThrow().pid());
        test.stop("main");
    }

    @Test
    void aStashIsTakenUpUnderANewNameOnly() throws Exception {
        TimelineId timeline = checkout();
        execute(start(timeline), "CREATE TABLE aside (value int)");
        Stashes stashes = new Stashes(workspace);
        stashes.push(Optional.empty(), true);
        Instance server = start(HeadChange.timelineOf(checkouts.state().head()));
        assertThrows(AlreadyExistsException.class, () -> stashes.branch(stashes.get(0), "main", true));
        assertEquals(server.pid(), workspace.instances().find(server.timeline()).orElseThrow().pid(), "it was left alone");
    }

    @Test
    void theLogSaysWhatDiffers() {
        checkout();
        checkouts.switchTo(MAIN, PLAIN);
        workspace.branches().create("other", test.resolve("main"), false);
        checkouts.switchTo(RefName.branch("other"), PLAIN);
        checkout();
        checkouts.checkout(test.resolve("main"), Optional.of(MAIN), new Checkouts.Options(true, false));
        assertEquals(List.of("checkout: moving from a temporary timeline of main to a temporary timeline of main",
                "checkout: moving from other to main", "switch: moving from main to other",
                "switch: moving from a temporary timeline of main to main", "checkout: moving from main to a temporary timeline of main"),
                workspace.repository().log().of(RefName.HEAD).stream().map(Operation::command).limit(5).toList());
    }

    private TimelineId checkout() {
        return HeadChange.timelineOf(checkouts.checkout(test.resolve("main"), Optional.of(MAIN), PLAIN).orElseThrow().head());
    }

    private Instance start(TimelineId timeline) {
        return workspace.start(StartRequest.of(timeline, HeadChange.LABEL)).instance();
    }

    private static void execute(Instance server, String sql) throws Exception {
        try (Connection connection = TestWorkspace.connect(server); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
