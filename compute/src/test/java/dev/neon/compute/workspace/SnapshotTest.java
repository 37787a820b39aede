package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.LayeredSnapshots.Wish;
import dev.neon.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** When snapshots are taken, what is rebuilt from them, and which may go; in each format. */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class SnapshotTest {
    @TempDir
    Path directory;

    @Parameter
    private int format;

    private TestWorkspace neon;
    private TimelineId main;

    @BeforeEach
    void repository() {
        neon = TestWorkspace.init(directory, TestPostgres.major(16), format);
        main = neon.timeline("main");
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private Snapshot take() {
        return neon.workspace().snapshotCreation().create(main, "main", "postgres");
    }

    private void fill(int rows) throws Exception {
        neon.execute("main", "CREATE TABLE IF NOT EXISTS t (a int)",
                "INSERT INTO t SELECT g FROM generate_series(1, " + rows + ") g");
    }

    private String count(String branch) throws Exception {
        return neon.query(branch, "SELECT count(*) FROM t").getFirst();
    }

    private Snapshot take(Wish wish) {
        return neon.workspace().snapshotCreation().create(main, "main", "postgres", wish);
    }

    private void startAnew() {
        neon.stop("main");
        neon.workspace().repository().files().deleteTree(neon.workspace().repository().dataDirectory(main));
        neon.start("main");
    }

    @Test
    void ofWhatIsWishedFor() throws Exception {
        assumeTrue(format == 2);
        neon.start("main");
        fill(1000);
        assertEquals(Snapshot.Form.DELTA, take(Wish.LAST_VERSIONS).form());
        fill(1000);
        startAnew();
        assertEquals("2000", count("main"));
        assertEquals(Snapshot.Form.IMAGE, take(Wish.IMAGE).form());
        fill(1000);
        assertEquals(Snapshot.Form.DELTA, take(Wish.HISTORY).form());
        startAnew();
        assertEquals("3000", count("main"));
    }

    @Test
    void isPassedOverWhereItIsDamaged() throws Exception {
        assumeTrue(format == 2);
        neon.start("main");
        fill(1000);
        Snapshot damaged = take();
        fill(1000);
        for (String name : List.of("layer-0001", "metadata", "manifest")) {
            Path file = damaged.directory().resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[changed.length / 2] ^= 4;
            Files.write(file, changed);
            startAnew();
            assertEquals("2000", count("main"), name);
            Files.write(file, whole);
        }
    }

    @Test
    void ofAStoppedServerThenOfACrashedOneThenWithoutADataDirectory() throws Exception {
        neon.start("main");
        fill(100);
        neon.stop("main");
        Snapshot stopped = take();
        assertTrue(stopped.clean());
        assertEquals(neon.workspace().positions().end(main), stopped.lsn());
        assertThrows(AlreadyExistsException.class, this::take);

        neon.start("main");
        fill(10);
        neon.workspace().instances().stop(main, ServerSignal.KILL, TestWorkspace.STOP);
        Snapshot crashed = take();
        assertTrue(crashed.lsn().isAfter(stopped.lsn()));
        assertEquals(Optional.empty(), neon.workspace().instances().find(main), "it is stopped again");

        neon.start("main");
        fill(1);
        neon.stop("main");
        neon.deleteDataDirectory("main");
        Snapshot rebuilt = take();
        assertTrue(rebuilt.lsn().isAfter(crashed.lsn()));
        neon.deleteDataDirectory("main");
        neon.start("main");
        assertEquals("111", count("main"));
        assertNothingTemporary();
    }

    @Test
    void aBranchBetweenSnapshotsBeginsAtTheOlderOne() throws Exception {
        neon.start("main");
        fill(100);
        Snapshot first = take();
        fill(10);
        Point between = neon.resolve("main");
        neon.execute("main", "TRUNCATE t");
        Snapshot second = take();
        assertEquals(format > 1, first.clean());
        assertEquals(first.lsn(), neon.workspace().snapshots().newestFor(main, between.lsn()).orElseThrow().lsn());
        neon.workspace().branches().create("between", between, false);
        neon.start("between");
        assertEquals("110", count("between"));
        assertEquals("0", count("main"));
        neon.branch("exactly", "main@" + second.lsn());
        neon.start("exactly");
        assertEquals("0", count("exactly"));
    }

    @Test
    void theFirstOfAHistoryStays() throws Exception {
        neon.start("main");
        fill(100);
        Point early = neon.resolve("main");
        Snapshot later = take();
        fill(1);
        neon.branch("child", "main");
        Lsn first = neon.workspace().snapshots().list(main).getFirst().lsn();
        assertThrows(ConflictException.class, () -> neon.workspace().snapshots().delete(main, first));
        assertThrows(NotFoundException.class, () -> neon.workspace().snapshots().delete(main, later.lsn().plus(8)));
        neon.workspace().snapshots().delete(main, later.lsn());
        assertEquals(List.of(first), neon.workspace().snapshots().list(main).stream().map(Snapshot::lsn).toList());
        neon.start("child");
        assertEquals("101", count("child"), "replayed from the first");
        neon.workspace().branches().create("early", early, false);
        neon.start("early");
        assertEquals("100", count("early"));

        // A child's own first snapshot may go, as its ancestor's is enough.
        Snapshot own = neon.workspace().snapshotCreation().create(neon.timeline("child"), "child", "postgres");
        neon.workspace().snapshots().delete(neon.timeline("child"), own.lsn());
        neon.stop("child");
        neon.deleteDataDirectory("child");
        neon.start("child");
        assertEquals("101", count("child"));
        assertNothingTemporary();
    }

    private void assertNothingTemporary() throws Exception {
        try (Stream<Path> tree = Files.walk(neon.directory())) {
            assertEquals(List.of(), tree.filter(path -> path.getFileName().toString().startsWith(".tmp-")).toList());
        }
    }
}
