package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineStore;
import dev.neon.snapshot.FormatUpgrade;
import dev.neon.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository in the format's first draft, with the WAL and the snapshot of a real cluster, is worked with. */
class DraftFormatTest {
    private static final String LONGER = "aabbccdd";

    @TempDir
    Path directory;

    private Path draft;

    private static TimelineId longer(TimelineId id) {
        return new TimelineId(id.hex() + LONGER);
    }

    /** The branches main and child with 110 and 60 rows, in the form of the draft. */
    private TestWorkspace make(PostgresBinaries postgres) throws Exception {
        draft = Files.createDirectory(directory.resolve("draft")).resolve(".neon");
        Files.createDirectories(draft.resolve("refs/branches"));
        Files.createDirectories(draft.resolve("refs/tags"));
        Files.createDirectories(draft.resolve("timelines"));
        try (TestWorkspace source = TestWorkspace.init(directory, postgres, Repository.OLDEST_NEW_FORMAT)) {
            source.start("main");
            source.execute("main", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
            source.branch("child", "main");
            source.execute("main", "INSERT INTO t SELECT g FROM generate_series(101, 110) g");
            source.start("child");
            source.execute("child", "DELETE FROM t WHERE a <= 40");
            source.stop("main");
            source.stop("child");
            TimelineId main = source.timeline("main");
            TimelineId child = source.timeline("child");
            Lsn fork = source.workspace().repository().timelines().history(child).parent().orElseThrow().forkPoint();
            for (String branch : List.of("main", "child")) {
                takeOver(source, source.timeline(branch));
                Files.writeString(draft.resolve("refs/branches").resolve(branch), longer(source.timeline(branch)).hex());
            }
            Files.writeString(draft.resolve("refs/tags/v1"), longer(main) + " " + fork);
            Files.writeString(draft.resolve("timelines").resolve(longer(child).hex()).resolve("history"),
                    longer(main) + "@" + fork.toString().toLowerCase());
        }
        return TestWorkspace.open(draft, postgres);
    }

    /** Its WAL, and its snapshots under the name of the checkpoint's redo point, with the configuration inside. */
    private void takeOver(TestWorkspace source, TimelineId id) throws IOException {
        DurableFiles files = new DurableFiles(new NioFileSteps());
        TimelineStore timelines = source.workspace().repository().timelines();
        Path timeline = Files.createDirectory(draft.resolve("timelines").resolve(longer(id).hex()));
        files.copyTree(timelines.walDirectory(id), timeline.resolve("wal"), path -> true);
        Path snapshots = Files.createDirectory(timeline.resolve("snapshots"));
        for (Snapshot snapshot : source.workspace().snapshots().list(id)) {
            Path copy = snapshots.resolve(snapshot.redo().toFileName());
            files.copyTree(snapshot.directory(), copy, path -> true);
            for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf")) {
                files.steps().copy(timelines.settingsDirectory(id).resolve(name), copy.resolve(name));
            }
            Files.writeString(copy.resolve("postgresql.conf"), "work_mem = 5MB\n", StandardOpenOption.APPEND);
            assertEquals(snapshot.redo(), ControlFile.read(copy.resolve("global/pg_control")).checkPoint().redo());
        }
    }

    @Test
    @Tag("nightly")
    void branchesRunAreBranchedAndRebuilt() throws Exception {
        workOn(18);
    }

    @Tag("nightly")
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    void branchesRunAreBranchedAndRebuiltOnOlderMajors(int major) throws Exception {
        workOn(major);
    }

    private void workOn(int major) throws Exception {
        try (TestWorkspace neon = make(TestPostgres.major(major))) {
            assertEquals(0, neon.workspace().repository().formatVersion());
            neon.start("main");
            neon.start("child");
            assertEquals(List.of("110"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("60"), neon.query("child", "SELECT count(*) FROM t"));
            assertEquals(List.of("5MB"), neon.query("main", "SHOW work_mem"), "from the snapshot's own file");
            assertEquals(List.of("5MB"), neon.query("child", "SHOW work_mem"), "from its ancestor's snapshot");

            neon.branch("new", "child");
            neon.branch("at-tag", "v1");
            neon.execute("child", "DELETE FROM t");
            neon.execute("main", "INSERT INTO t VALUES (111)", "ALTER SYSTEM SET work_mem = '6MB'");
            for (String branch : List.of("main", "child")) {
                neon.stop(branch);
                neon.deleteDataDirectory(branch);
                neon.start(branch);
            }
            neon.start("new");
            neon.start("at-tag");
            assertEquals(List.of("111"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("6MB"), neon.query("main", "SHOW work_mem"));
            assertEquals(List.of("0"), neon.query("child", "SELECT count(*) FROM t"));
            assertEquals(List.of("60"), neon.query("new", "SELECT count(*) FROM t"));
            assertEquals(List.of("100"), neon.query("at-tag", "SELECT count(*) FROM t"));
            assertEquals(List.of("5MB"), neon.query("new", "SHOW work_mem"));
        }
    }

    @Test
    void isUpgraded() throws Exception {
        try (TestWorkspace neon = make(TestPostgres.major(18))) {
            new FormatUpgrade(neon.workspace().repository(), neon.workspace().snapshots()).run(step -> { });
            assertEquals(2, neon.workspace().repository().formatVersion());
            TimelineId main = neon.timeline("main");
            Snapshot image = neon.workspace().snapshots().list(main).getFirst();
            assertEquals(Snapshot.Form.IMAGE, image.form());
            assertEquals(1, neon.workspace().snapshots().list(main).size());
            neon.branch("new", "child");
            neon.start("main");
            neon.start("new");
            assertEquals(List.of("110"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("60"), neon.query("new", "SELECT count(*) FROM t"));
            assertEquals(List.of("5MB"), neon.query("main", "SHOW work_mem"), "from the snapshot's own file");
            assertEquals(List.of("5MB"), neon.query("new", "SHOW work_mem"));
        }
    }

    @Test
    void snapshotsAreTakenAndExportsMade() throws Exception {
        PostgresBinaries postgres = TestPostgres.major(18);
        try (TestWorkspace neon = make(postgres)) {
            TimelineId main = neon.timeline("main");
            Snapshot first = neon.workspace().snapshots().list(main).getFirst();
            assertTrue(first.clean() && first.lsn().isAfter(first.redo()));
            neon.start("main");
            neon.workspace().snapshotCreation().create(main, "main", "postgres");
            neon.execute("main", "INSERT INTO t VALUES (111)");
            assertEquals(2, neon.workspace().snapshots().list(main).size());
            neon.workspace().dataDirectories().export(main, neon.resolve("main").lsn(), directory.resolve("exported"));
            try (PlainCluster plain = PlainCluster.at(directory.resolve("exported"), postgres).start()) {
                assertEquals(List.of("111"), plain.query("SELECT count(*) FROM t"));
            }
            assertEquals(main, neon.workspace().timelines().writable(neon.workspace().branches().head().orElseThrow(),
                    main), "a timeline without an owner is ours");
            assertEquals(Optional.of(draft), Repository.discover(draft.getParent()));
        }
    }
}
