package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.checkout.Checkouts;
import dev.neon.compute.checkout.Commits;
import dev.neon.compute.checkout.Resets;
import dev.neon.compute.checkout.Undo;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.CrashRounds;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.snapshot.DataDirectoryCheck;
import dev.neon.snapshot.FormatUpgrade;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.WalAppend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation of a workspace happens whole or not at all, wherever a crash, an I/O error or a full disk meets it, in
 * each format. The control file and the WAL are a real cluster's, with segments of 1 MiB; of its other files there are few.
 */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class WorkspaceCrashTest {
    /** {@code XLOG_NOOP}. */
    private static final int NOOP = 0x20;

    /** {@code pg_database}. */
    private static final String RELATION = "global/1262";

    /** A file that only the older of two data directories has. */
    private static final String OLD = "old";

    @TempDir
    static Path directory;

    private static Path source;

    @Parameter
    private int format;

    /** Names to what is behind them, and the snapshots of main. */
    private record State(Map<String, String> names, List<Lsn> snapshots) {}

    @BeforeAll
    static void cluster() throws Exception {
        Path whole = directory.resolve("whole");
        try (PlainCluster cluster = PlainCluster.initdb(whole, TestPostgres.major(18), "--wal-segsize=1")) {
            cluster.start();
            cluster.execute("CREATE TABLE t (a int)");
            cluster.stop();
        }
        source = Files.createDirectory(directory.resolve("source"));
        for (String name : List.of("global", "pg_wal", "pg_xact", "pg_tblspc", "base", "pg_notify",
                "pg_multixact", "pg_multixact/offsets", "pg_multixact/members", "pg_commit_ts", "pg_twophase",
                "pg_logical")) {
            Files.createDirectory(source.resolve(name));
        }
        for (String name : List.of("PG_VERSION", "global/pg_control", "global/pg_filenode.map", "pg_xact/0000",
                "pg_multixact/offsets/0000", "pg_multixact/members/0000", RELATION, "postgresql.conf",
                "pg_hba.conf")) {
            Files.copy(whole.resolve(name), source.resolve(name));
        }
        try (Stream<Path> segments = Files.list(whole.resolve("pg_wal"))) {
            for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                Files.copy(segment, source.resolve("pg_wal").resolve(segment.getFileName()));
            }
        }
    }

    private static Path neon(Path root) {
        return root.resolve(".neon");
    }

    private static Workspace open(Path root, FileSteps steps) {
        return new Workspace(Repository.open(neon(root), TestContext.doomed(steps)), TestWorkspace.source());
    }

    private static Workspace live(Path root) {
        return new Workspace(Repository.open(neon(root), TestContext.live()), TestWorkspace.source());
    }

    private static TimelineId main(Workspace workspace) {
        return Branches.timelineOf(workspace.repository().refs().read(RefName.branch("main")).orElseThrow());
    }

    private void prepare(Path root, FileSteps steps) {
        new RepositorySetup(TestContext.live(steps), TestWorkspace.source(), TestPostgres.cache(), Optional.empty(),
                format)
                .importFrom(neon(root), "main", source, Optional.empty(), Optional.empty());
    }

    private void prepareWithBranch(Path root, FileSteps steps) {
        prepare(root, steps);
        Workspace workspace = open(root, steps);
        workspace.branches().create("dev", workspace.resolver().resolve("main"), false);
    }

    /** All names must lead somewhere; then new ones can be made. */
    private static State observe(Path root) {
        State seen = look(live(root));
        Workspace writer = live(root);
        Point end = writer.resolver().resolve("main");
        writer.branches().create("probe", end, false);
        writer.tags().create("probe", end, Optional.empty(), false);
        writer.branches().delete("probe", true);
        writer.tags().delete("probe");
        assertEquals(seen, look(live(root)));
        return seen;
    }

    private static State look(Workspace workspace) {
        Map<String, String> names = new TreeMap<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG)) {
            for (Map.Entry<RefName, RefTarget> ref : workspace.repository().refs().list(kind).entrySet()) {
                TimelineId timeline = Branches.timelineOf(ref.getValue());
                Point point = workspace.resolver().resolve(ref.getKey().full());
                names.put(ref.getKey().full(), point.lsn() + " after "
                        + workspace.repository().timelines().history(timeline).ancestors().size());
                assertTrue(Files.isDirectory(workspace.repository().timelines().walDirectory(timeline)));
                assertTrue(workspace.snapshots().newestFor(timeline, point.lsn()).isPresent(), "it can be rebuilt");
            }
        }
        // HEAD may be on a temporary timeline, which no other name has.
        Point head = workspace.resolver().resolve("HEAD");
        names.put("HEAD", head.lsn() + " of " + workspace.branches().head() + " after "
                + workspace.repository().timelines().history(head.timeline()).ancestors().size());
        return new State(names, workspace.snapshots().list(main(workspace)).stream().map(Snapshot::lsn).toList());
    }

    private static void rounds(CrashRounds.Action prepare, CrashRounds.Action act) {
        int steps = new CrashRounds<>(prepare, act, WorkspaceCrashTest::observe).run();
        assertTrue(steps > 3, steps + " steps");
    }

    @Test
    void creatingABranch() {
        rounds(this::prepare, (root, steps) -> {
            Workspace workspace = open(root, steps);
            workspace.branches().create("dev", workspace.resolver().resolve("main"), false);
        });
    }

    @Tag("nightly")
    @Test
    void movingABranch() {
        rounds(this::prepareWithBranch, (root, steps) -> {
            Workspace workspace = open(root, steps);
            workspace.branches().create("dev", workspace.resolver().resolve("dev"), true);
        });
    }

    @Tag("nightly")
    @Test
    void renamingABranch() {
        rounds(this::prepareWithBranch, (root, steps) ->
                open(root, steps).branches().rename("dev", "other/name", false));
    }

    @Tag("nightly")
    @Test
    void deletingABranch() {
        rounds(this::prepareWithBranch, (root, steps) ->
                open(root, steps).branches().delete("dev", true));
    }

    @Tag("nightly")
    @Test
    void checkingOut() {
        rounds(this::prepare, (root, steps) -> checkOut(open(root, steps)));
    }

    private static void checkOut(Workspace workspace) {
        new Checkouts(workspace).checkout(workspace.resolver().resolve("main"), Optional.of(RefName.branch("main")),
                new Checkouts.Options(false, false));
    }

    /** With HEAD on a temporary timeline that has a record more than main. */
    private void prepareCheckout(Path root, FileSteps steps) {
        prepare(root, steps);
        Workspace workspace = open(root, steps);
        checkOut(workspace);
        addRecord(open(root, steps), workspace.resolver().resolve("HEAD").timeline(), steps);
    }

    @Test
    void committing() {
        assumeTrue(format == 2, "the format of snapshots makes no difference");
        rounds(this::prepareCheckout, (root, steps) -> new Commits(open(root, steps)).commit("a message", true, false));
    }

    /** Whichever step fails: the branch moves and has a message, or does not and has none but that of the commit before. */
    @Test
    void aRefusedCommitLeavesNoMessage() throws Exception {
        assumeTrue(format == 2, "the format of snapshots makes no difference");
        int refused = 0;
        // The first round is undisturbed, and says how many steps there are.
        for (int failing = 0, taken = 0; failing <= taken; failing++) {
            try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
                Path root = Files.createDirectory(memory.getPath("/repo"));
                prepareCheckout(root, new NioFileSteps());
                TimelineId head = live(root).resolver().resolve("HEAD").timeline();
                TimelineId before = main(live(root));
                if (failing % 2 == 1) {
                    // At the same point, so that its message is in the way.
                    new Commits(live(root)).commit("the first", true, false);
                    before = main(live(root));
                }
                FaultyFileSteps steps = new FaultyFileSteps(root);
                steps.failAt(failing);
                try {
                    new Commits(open(root, steps)).commit("a message", true, false);
                } catch (NeonException failure) {
                    refused++;
                }
                taken = Math.max(taken, steps.steps());
                Repository repository = live(root).repository();
                List<String> messages = new CommitMessages(repository.timelines(), repository.files()).of(head).stream()
                        .map(CommitMessages.Message::text).toList();
                assertEquals(main(live(root)).equals(before) ? failing % 2 == 1 ? List.of("the first") : List.of() : List.of("a message"),
                        messages, "step " + failing);
            }
        }
        assertTrue(refused > 10, refused + " steps");
    }

    @Tag("nightly")
    @Test
    void discardingACheckout() {
        rounds(this::prepareCheckout, (root, steps) -> new Checkouts(open(root, steps)).discard(false));
    }

    @Tag("nightly")
    @Test
    void switchingToANewBranch() {
        rounds(this::prepareCheckout, (root, steps) ->
                new Checkouts(open(root, steps)).switchNew("dev", Optional.empty(), new Checkouts.Options(false, false)));
    }

    @Tag("nightly")
    @Test
    void resettingABranch() {
        rounds(this::prepareCheckout, (root, steps) -> {
            Workspace workspace = open(root, steps);
            new Resets(workspace).reset(workspace.resolver().resolve("HEAD"), "HEAD", Optional.of("before"),
                    new Checkouts.Options(true, false));
        });
    }

    @Tag("nightly")
    @Test
    void takingACommitBack() {
        rounds((root, steps) -> {
            prepareCheckout(root, steps);
            new Commits(open(root, steps)).commit("a message", true, false);
        }, (root, steps) -> new Undo(open(root, steps), false).undo(Optional.empty()));
    }

    @Test
    void creatingATag() {
        rounds(this::prepare, (root, steps) -> {
            Workspace workspace = open(root, steps);
            workspace.tags().create("v1", workspace.resolver().resolve("main"), Optional.of("a message"), false);
        });
    }

    /** The files of a snapshot are its control file and the others, all of them or none. */
    @Tag("nightly")
    @Test
    void addingASnapshot() {
        rounds(this::prepareWithMore, (root, steps) -> addSnapshot(open(root, steps)));
    }

    /** With a record more than the first snapshot has. */
    private void prepareWithMore(Path root, FileSteps steps) {
        prepare(root, steps);
        addRecord(open(root, steps), steps);
    }

    private static void addRecord(Workspace workspace, FileSteps steps) {
        addRecord(workspace, main(workspace), steps);
    }

    private static void addRecord(Workspace workspace, TimelineId timeline, FileSteps steps) {
        Lsn last = ControlFile.read(source.resolve("global/pg_control")).checkPointLsn();
        new WalAppend(steps, workspace.wal().source(timeline), workspace.repository().timelines().walDirectory(timeline))
                .write(workspace.positions().end(timeline), WalAppend.record(0, NOOP, last, new byte[0]));
    }

    private static void addSnapshot(Workspace workspace) {
        if (workspace.repository().isLayered()) {
            workspace.snapshotCreation().create(main(workspace), "main", "postgres");
            return;
        }
        Snapshot first = workspace.snapshots().list(main(workspace)).getFirst();
        ControlFile control = ControlFile.read(first.directory().resolve("global/pg_control"));
        workspace.snapshots().add(main(workspace), first.directory(), control, () -> first.lsn().plus(8));
    }

    @Tag("nightly")
    @Test
    void deletingASnapshot() {
        rounds((root, steps) -> {
            prepareWithMore(root, steps);
            addSnapshot(open(root, steps));
        }, (root, steps) -> {
            Workspace workspace = open(root, steps);
            SnapshotStore snapshots = workspace.snapshots();
            snapshots.delete(main(workspace), snapshots.list(main(workspace)).getLast().lsn());
        });
    }

    /** A data directory that is there is whole; one that is not can be built by the next command. */
    @Test
    void buildingADataDirectory() {
        new CrashRounds<>(this::prepareWithBranch, (root, steps) -> {
            Workspace workspace = open(root, steps);
            TimelineId dev = timeline(workspace, "dev");
            workspace.dataDirectories().build(dev, workspace.positions().end(dev));
        }, root -> {
            Workspace workspace = new Workspace(Repository.open(neon(root), TestContext.afterReboot()),
                    TestWorkspace.source());
            TimelineId dev = timeline(workspace, "dev");
            Lsn end = workspace.positions().end(dev);
            Path made = workspace.repository().dataDirectory(dev);
            boolean built = Files.isDirectory(made);
            if (built && new DataDirectoryCheck(workspace.repository(), workspace.wal()).isUnreliable(dev)) {
                workspace.repository().files().deleteTree(made);
            }
            if (!Files.isDirectory(made)) {
                workspace.dataDirectories().build(dev, end);
            }
            assertWhole(workspace, dev);
            if (format == 1) {
                assertEquals(end, workspace.positions().end(dev));
            }
            observe(root);
            return built;
        }).run();
    }

    /** There is the older data directory, or the newer one, or none; whichever it is, there can be one at the end. */
    @Tag("nightly")
    @Test
    void bringingADataDirectoryForward() {
        assumeTrue(format == 2, "only layers tell what has changed");
        new CrashRounds<>((root, steps) -> {
            prepare(root, steps);
            Workspace workspace = open(root, steps);
            TimelineId main = main(workspace);
            workspace.dataDirectories().build(main, workspace.positions().end(main));
            Path relation = workspace.repository().dataDirectory(main).resolve(RELATION);
            try {
                assertEquals(-1, Files.mismatch(source.resolve(RELATION), relation));
                Files.createFile(workspace.repository().dataDirectory(main).resolve(OLD));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            addRecord(workspace, steps);
            addSnapshot(workspace);
        }, (root, steps) -> {
            Workspace workspace = open(root, steps);
            TimelineId main = main(workspace);
            Lsn stopped = stopped(workspace, main);
            assertTrue(workspace.positions().end(main).isAfter(stopped));
            workspace.dataDirectories().bringForward(main, stopped, workspace.positions().end(main));
        }, root -> {
            Workspace workspace = new Workspace(Repository.open(neon(root), TestContext.afterReboot()),
                    TestWorkspace.source());
            TimelineId main = main(workspace);
            Path made = workspace.repository().dataDirectory(main);
            boolean isNew = Files.isDirectory(made) && !Files.exists(made.resolve(OLD));
            if (new DataDirectoryCheck(workspace.repository(), workspace.wal()).isUnreliable(main)) {
                workspace.repository().files().deleteTree(made);
            }
            if (!Files.isDirectory(made)) {
                workspace.dataDirectories().build(main, workspace.positions().end(main));
            }
            assertWhole(workspace, main);
            assertEquals(stopped(workspace, main), workspace.positions().end(main));
            try (Stream<Path> left = Files.list(made.getParent())) {
                assertEquals(List.of(made), left.toList());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            observe(root);
            return isNew;
        }).run();
    }

    /** Where the server of a data directory was shut down. */
    private static Lsn stopped(Workspace workspace, TimelineId timeline) {
        ControlFile control = ControlFile.read(
                workspace.repository().dataDirectory(timeline).resolve("global/pg_control"));
        return workspace.wal().recordEnd(timeline, control.checkPointLsn());
    }

    /** Whatever is left in between, all can be rebuilt, and another run comes to the end. */
    @Test
    void upgrading() {
        assumeTrue(format == 1, "there is nothing newer");
        new CrashRounds<>(this::prepareWithBranch, (root, steps) -> {
            Workspace workspace = open(root, steps);
            new FormatUpgrade(workspace.repository(), workspace.snapshots()).run(step -> { });
        }, root -> {
            observe(root);
            Workspace workspace = live(root);
            int version = workspace.repository().formatVersion();
            TimelineId dev = timeline(workspace, "dev");
            workspace.dataDirectories().build(dev, workspace.positions().end(dev));
            assertWhole(workspace, dev);
            FormatUpgrade again = new FormatUpgrade(workspace.repository(), workspace.snapshots());
            again.run(step -> { });
            assertEquals(2, workspace.repository().formatVersion());
            assertEquals(List.of(), again.plan());
            Path only = workspace.snapshots().list(main(workspace)).getFirst().directory();
            try (Stream<Path> left = Files.list(only.getParent()); Stream<Path> files = Files.list(only)) {
                assertEquals(List.of(only), left.toList());
                assertTrue(files.allMatch(Files::isRegularFile), "only layers");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return version;
        }).run();
    }

    private static TimelineId timeline(Workspace workspace, String branch) {
        return Branches.timelineOf(workspace.repository().refs().read(RefName.branch(branch)).orElseThrow());
    }

    private static void assertWhole(Workspace workspace, TimelineId timeline) {
        Path built = workspace.repository().dataDirectory(timeline);
        Path wal = workspace.repository().timelines().walDirectory(timeline);
        try {
            for (String name : List.of("PG_VERSION", "global/pg_filenode.map", "pg_xact/0000", RELATION, "pg_hba.conf")) {
                assertEquals(-1, Files.mismatch(source.resolve(name), built.resolve(name)), name);
            }
            assertTrue(Files.isDirectory(built.resolve("pg_notify")));
            assertTrue(Files.isSameFile(wal, built.resolve("pg_wal")));
            ControlFile.read(built.resolve("global/pg_control"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
