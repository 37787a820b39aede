package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several commands at once, each with the repository opened for itself. */
class ConcurrencyTest {
    private static final PostgresBinaries POSTGRES = TestPostgres.major(18);
    private static final int MANY = 4;

    @TempDir
    Path directory;

    private TestWorkspace neon;

    @BeforeEach
    void repository() {
        neon = TestWorkspace.init(directory, POSTGRES);
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private Workspace another() {
        return TestWorkspace.open(neon.directory(), POSTGRES).workspace();
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        }
    }

    @Test
    void oneServerHoweverManyStartIt() throws Exception {
        TimelineId main = neon.timeline("main");
        List<Instances.Started> started = together(IntStream.range(0, MANY)
                .<Callable<Instances.Started>>mapToObj(i -> () -> another().start(StartRequest.of(main, "main"))).toList());
        assertEquals(1, started.stream().map(one -> one.instance().pid()).distinct().count());
        assertEquals(1, started.stream().filter(Instances.Started::fresh).count());
        assertEquals(1, neon.workspace().instances().list().size());
    }

    @Test
    void eachBranchGetsAPortOfItsOwn() throws Exception {
        List<String> branches = IntStream.range(0, MANY).mapToObj(i -> "b" + i).toList();
        branches.forEach(branch -> neon.branch(branch, "main"));
        List<Instance> servers = together(branches.stream().<Callable<Instance>>map(branch -> () ->
                another().start(StartRequest.of(neon.timeline(branch), branch)).instance()).toList());
        assertEquals(MANY, servers.stream().map(Instance::port).distinct().count());
        for (String branch : branches) {
            neon.execute(branch, "CREATE TABLE t AS SELECT '" + branch + "' name");
        }
        for (String branch : branches) {
            assertEquals(List.of(branch), neon.query(branch, "SELECT name FROM t"));
        }
    }

    @Test
    void stoppingWhileStartingLeavesOneOrNone() throws Exception {
        TimelineId main = neon.timeline("main");
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
        for (int round = 0; round < 3; round++) {
            together(List.of(() -> another().start(StartRequest.of(main, "main")).instance().pid(),
                    () -> another().instances().stop(main, ServerSignal.FAST, TestWorkspace.STOP),
                    () -> another().start(StartRequest.of(main, "main")).instance().pid()));
            int left = neon.workspace().instances().list().size();
            assertEquals(neon.workspace().instances().find(main).isPresent() ? 1 : 0, left);
        }
        neon.start("main");
        assertEquals(List.of("100"), neon.query("main", "SELECT count(*) FROM t"));
    }

    @Test
    void snapshotsAndBranchesWhileStartingAndStopping() throws Exception {
        TimelineId main = neon.timeline("main");
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
        together(List.<Callable<Object>>of(
                () -> another().snapshotCreation().create(main, "main", "postgres"),
                () -> another().instances().stop(main, ServerSignal.FAST, TestWorkspace.STOP),
                () -> another().branches().create("one", another().resolver().resolve("main"), false),
                () -> another().start(StartRequest.of(main, "main"))));
        for (String branch : List.of("one", "main")) {
            neon.start(branch);
            assertEquals(List.of("100"), neon.query(branch, "SELECT count(*) FROM t"));
        }
    }

    @Test
    void branchingWhileTheBranchIsDeleted() throws Exception {
        for (int round = 0; round < 10; round++) {
            neon.branch("parent", "main");
            int number = round;
            List<String> outcomes = together(List.of(() -> {
                another().branches().delete("parent", true);
                return "deleted";
            }, () -> {
                try {
                    another().branches().create("child" + number, another().resolver().resolve("parent"), false);
                    return "branched";
                } catch (NotFoundException gone) {
                    return "gone";
                }
            }));
            assertEquals("deleted", outcomes.getFirst());
            boolean exists = neon.workspace().branchListing().list().stream()
                    .anyMatch(entry -> entry.name().equals("child" + number) && entry.problem().isEmpty());
            assertEquals(outcomes.getLast().equals("branched"), exists);
        }
    }

    @Test
    void aNameIsGivenOnce() throws Exception {
        List<Optional<TimelineId>> made = together(IntStream.range(0, MANY)
                .<Callable<Optional<TimelineId>>>mapToObj(i -> () -> {
                    Workspace workspace = another();
                    try {
                        return Optional.of(workspace.branches().create("same", workspace.resolver().resolve("main"),
                                false).timeline());
                    } catch (AlreadyExistsException | ConflictException later) {
                        return Optional.empty();
                    }
                }).toList());
        List<TimelineId> winners = made.stream().flatMap(Optional::stream).toList();
        assertEquals(1, winners.size());
        assertEquals(winners.getFirst(), neon.timeline("same"));
        assertEquals(Set.of(neon.timeline("main"), winners.getFirst()),
                neon.workspace().repository().timelines().list().stream().collect(Collectors.toSet()),
                "the losers leave no timeline");
        assertTrue(neon.workspace().branchListing().list().size() == 2);
    }
}
