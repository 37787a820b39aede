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
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations on real history: after each, undo brings back the refs exactly, and redo what it did. */
class UndoTest {
    private static final Checkouts.Options DISCARD = new Checkouts.Options(true, false);

    @TempDir
    Path directory;

    private TestWorkspace test;
    private Workspace workspace;
    private Random random;
    private int number;

    @Test
    void aRandomSequence() throws Exception {
        run(System.nanoTime(), 25, 2);
    }

    @Test
    @Tag("nightly")
    void longSequences() throws Exception {
        for (int i = 0; i < 10; i++) {
            directory = Files.createDirectory(directory.resolve("sequence"));
            run(System.nanoTime(), 100, 6);
        }
    }

    private void run(long seed, int operations, int works) throws Exception {
        System.out.println("UndoTest: seed " + seed);
        random = new Random(seed);
        try (TestWorkspace opened = TestWorkspace.init(directory, TestPostgres.major(18))) {
            test = opened;
            workspace = opened.workspace();
            work(test.timeline("main"), 1);
            Map<String, RefTarget> start = refs();
            assertThrows(NotFoundException.class, () -> new Undo(workspace, false).undo(Optional.empty()), "nothing was done yet");
            List<Map<String, RefTarget>> states = new ArrayList<>();
            for (int done = 0; done < operations;) {
                if (done % Math.max(1, operations / works) == 2) {
                    workOnHead();
                }
                Map<String, RefTarget> before = refs();
                if (!operate() || refs().equals(before)) {
                    continue;
                }
                check(before, seed);
                states.add(before);
                done++;
            }
            states.reversed().forEach(before -> {
                new Undo(workspace, false).undo(Optional.empty());
                assertEquals(before, refs(), "seed " + seed);
            });
            assertEquals(start, refs(), "seed " + seed);
            assertThrows(NotFoundException.class, () -> new Undo(workspace, false).undo(Optional.empty()));
            states.forEach(_ -> new Undo(workspace, false).redo());
            assertThrows(NotFoundException.class, () -> new Undo(workspace, false).redo());
            List<Operation> log = workspace.repository().log().read();
            new Undo(workspace, false).restore(log.getLast().id());
            assertEquals(start, refs(), "seed " + seed);
        }
    }

    private void check(Map<String, RefTarget> before, long seed) {
        Map<String, RefTarget> after = refs();
        Operation last = workspace.repository().log().read().getFirst();
        new Undo(workspace, false).undo(random.nextBoolean() ? Optional.empty() : Optional.of(last.id()));
        assertEquals(before, refs(), () -> "undo of " + last.command() + ", seed " + seed);
        new Undo(workspace, false).redo();
        assertEquals(after, refs(), () -> "redo of " + last.command() + ", seed " + seed);
    }

    /** One operation; false if it was refused, as some are. */
    private boolean operate() {
        Checkouts checkouts = new Checkouts(workspace);
        List<String> branches = names(RefName.Kind.BRANCH);
        if (branches.isEmpty()) {
            // HEAD was on a temporary timeline of none, so that the last could be deleted.
            workspace.branches().create(fresh(), test.resolve("HEAD"), false);
            return true;
        }
        String some = branches.get(random.nextInt(branches.size()));
        try {
            switch (random.nextInt(16)) {
                case 0 -> workspace.branches().create(fresh(), test.resolve(some), false);
                case 1 -> workspace.branches().delete(some, true);
                case 2 -> workspace.branches().rename(some, fresh(), false);
                case 3 -> workspace.branches().create(some, test.resolve("HEAD"), true);
                case 4 -> workspace.tags().create(fresh(), test.resolve(some), Optional.of("a message\nof two lines"), false);
                case 5 -> workspace.tags().delete(names(RefName.Kind.TAG).getFirst());
                case 6, 7 -> checkouts.checkout(test.resolve(some), Optional.of(RefName.branch(some)), DISCARD);
                case 8 -> checkouts.checkout(test.resolve("HEAD"), Optional.empty(), DISCARD);
                case 9 -> checkouts.checkoutNew(fresh(), random.nextBoolean() ? Optional.empty() : Optional.of(test.resolve(some)), DISCARD);
                case 10 -> checkouts.switchTo(RefName.branch(some), DISCARD);
                case 11 -> checkouts.switchNew(fresh(), Optional.empty(), DISCARD);
                case 12 -> new Commits(workspace).commit("message " + number, true, false);
                case 13 -> new Stashes(workspace).push(Optional.of("put aside"), false);
                case 14 -> new Stashes(workspace).apply(new Stashes(workspace).get(0), random.nextBoolean(), false);
                default -> new Resets(workspace).reset(test.resolve(some), some, random.nextBoolean() ? Optional.empty()
                        : Optional.of(fresh()), DISCARD);
            }
            return true;
        } catch (NeonException | NoSuchElementException refused) {
            return false;
        }
    }

    private String fresh() {
        return "name-" + number++;
    }

    private List<String> names(RefName.Kind kind) {
        return workspace.repository().refs().list(kind).keySet().stream().map(RefName::shortName).toList();
    }

    private void workOnHead() throws Exception {
        HeadState state = new Checkouts(workspace).state();
        TimelineId timeline = state.work().map(HeadState.Work::timeline)
                .orElseGet(() -> test.timeline(state.head().branch().orElseThrow().shortName()));
        work(timeline, number++);
        assertTrue(state.work().isEmpty() || new Checkouts(workspace).state().work().orElseThrow().isAhead());
    }

    private void work(TimelineId timeline, int value) throws Exception {
        Instance server = workspace.start(StartRequest.of(timeline, "work")).instance();
        try (Connection connection = TestWorkspace.connect(server); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS work (value int)");
            statement.execute("INSERT INTO work VALUES (" + value + ")");
        }
        workspace.instances().stop(timeline, ServerSignal.FAST, TestWorkspace.STOP);
    }

    /** All refs, as they are read; HEAD among them. */
    private Map<String, RefTarget> refs() {
        Map<String, RefTarget> refs = new TreeMap<>();
        for (RefName.Kind kind : RefName.Kind.values()) {
            workspace.repository().refs().list(kind).forEach((name, target) -> refs.put(name.full(), target));
        }
        return refs;
    }
}
