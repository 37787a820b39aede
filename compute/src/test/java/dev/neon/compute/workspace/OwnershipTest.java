package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.process.Host;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.timeline.Ancestor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A timeline is written by the repository that made it, and by no copy of that repository. */
class OwnershipTest {
    private static final PostgresBinaries POSTGRES = TestPostgres.major(18);

    @TempDir
    Path directory;

    /** A repository of its own with all that the first one holds, as {@code cp -r} makes it. */
    private TestWorkspace copy() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy")).resolve(".neon");
        new DurableFiles(new NioFileSteps()).copyTree(directory.resolve(".neon"), copy, path -> true);
        TestWorkspace neon = TestWorkspace.open(copy, POSTGRES);
        neon.workspace().repository().config().set("core.repositoryId", RepositoryId.random().hex());
        return TestWorkspace.open(copy, POSTGRES);
    }

    private static TimelineId writable(TestWorkspace neon, String branch) {
        return neon.workspace().timelines().writable(RefName.branch(branch), neon.timeline(branch));
    }

    @Test
    void aCopyForksBeforeItWrites() throws Exception {
        try (TestWorkspace original = TestWorkspace.init(directory, POSTGRES)) {
            original.start("main");
            original.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
            original.stop("main");
            TimelineId shared = original.timeline("main");
            assertEquals(shared, writable(original, "main"), "our own timeline is written on");
            try (TestWorkspace copy = copy()) {
                Path files = copy.workspace().repository().timelines().directory(shared);
                SortedMap<String, String> before = Fingerprint.of(files);
                Lsn end = copy.workspace().positions().end(shared);

                TimelineId own = writable(copy, "main");
                assertNotEquals(shared, own);
                assertEquals(own, copy.timeline("main"));
                assertEquals(own, writable(copy, "main"), "once is enough");
                Ancestor parent = copy.workspace().repository().timelines().history(own).parent().orElseThrow();
                assertEquals(List.of(shared, end), List.of(parent.timeline(), parent.forkPoint()));
                copy.start("main");
                copy.execute("main", "DELETE FROM t WHERE a <= 40");
                original.start("main");
                original.execute("main", "INSERT INTO t VALUES (101)");
                assertEquals(List.of("60"), copy.query("main", "SELECT count(*) FROM t"));
                assertEquals(List.of("101"), original.query("main", "SELECT count(*) FROM t"));
                copy.stop("main");
                copy.deleteDataDirectory("main");
                copy.start("main");
                assertEquals(List.of("60"), copy.query("main", "SELECT count(*) FROM t"));
                assertEquals(before, Fingerprint.of(files), "the other repository's timeline changed");
            }
        }
    }

    @Test
    void lookingForksNothing() throws Exception {
        try (TestWorkspace original = TestWorkspace.init(directory, POSTGRES);
                TestWorkspace copy = copy()) {
            TimelineId shared = copy.timeline("main");
            TimelineId look = TimelineId.random();
            copy.workspace().timelines().throwAway(look, copy.resolve("main"), "main");
            copy.workspace().start(new StartRequest(look, "main", true, Optional.empty(), Optional.empty(),
                    List.of(), Optional.empty(), Duration.ofSeconds(60)));
            assertEquals(shared, copy.timeline("main"));
            copy.workspace().instances().stop(look, ServerSignal.FAST, TestWorkspace.STOP);
            assertEquals(List.of(shared), copy.workspace().repository().timelines().list());
            assertEquals(original.timeline("main"), shared);
        }
    }

    /** What {@code run/} of a copy remembers are the servers of the original. */
    @Test
    void aCopyLeavesTheServersOfTheOriginalAlone() throws Exception {
        try (TestWorkspace original = TestWorkspace.init(directory, POSTGRES)) {
            Instance server = original.start("main");
            original.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
            TestWorkspace copy = copy();
            assertEquals(List.of(), copy.workspace().instances().list());
            assertEquals(Optional.empty(), copy.workspace().instances().find(server.timeline()));
            copy.workspace().instances().stop(server.timeline(), ServerSignal.FAST, TestWorkspace.STOP);
            copy.close();
            assertTrue(Host.current().isAlive(server.pid()));
            assertEquals(List.of("100"), original.query("main", "SELECT count(*) FROM t"));
            writable(copy, "main");
            try (copy) {
                copy.start("main");
                assertEquals(List.of("100"), copy.query("main", "SELECT count(*) FROM t"));
            }
        }
    }
}
