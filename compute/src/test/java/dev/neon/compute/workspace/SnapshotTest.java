package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.dialect.WalDialect;
import dev.neon.materialise.DataDirectoryPages;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.slice.PageSource;
import dev.neon.snapshot.LayeredSnapshots.Wish;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** What a server puts on pages without telling WAL is in an image of its files, and in no other. */
    @Test
    void imagesOfAStoppedServerHaveItsPages() throws Exception {
        assumeTrue(format == 2);
        neon.start("main");
        fill(10_000);
        count("main");
        neon.stop("main");
        Path files = neon.workspace().repository().dataDirectory(main);
        Lsn end = neon.workspace().positions().end(main);
        PageSource stopped = DataDirectoryPages.open(files, end);
        try (PointPages fromWal = PointPages.at(neon.workspace().snapshots(), neon.workspace().wal(), main, end)) {
            assertTrue(differences(stopped, fromWal) > 0, "the server set no hints");
        }
        try (PointPages image = PointPages.of(neon.workspace().snapshots(), take(Wish.IMAGE))) {
            assertEquals(0, differences(stopped, image));
        }
        startAnew();
        assertEquals("10000", count("main"));
        fill(1000);
        Path table = files.resolve(neon.query("main", "SELECT pg_relation_filepath('t')").getFirst());
        neon.stop("main");
        byte[] damaged = Files.readAllBytes(table);
        damaged[8192 - 1] ^= 1;
        Files.write(table, damaged);
        assertEquals(Snapshot.Form.IMAGE, take(Wish.IMAGE).form());
        startAnew();
        assertEquals("11000", count("main"));
    }

    private static int differences(PageSource one, PageSource other) {
        byte[] page = new byte[8192];
        byte[] same = new byte[8192];
        int count = 0;
        for (ForkKey fork : one.metadata().forks()) {
            for (int block = 0; fork.relation().tablespace() != 0 && block < one.metadata().blocks(fork); block++) {
                one.read(fork, block, page);
                other.read(fork, block, same);
                count += Arrays.equals(page, same) ? 0 : 1;
            }
        }
        return count;
    }

    /** What the first record after a snapshot does must not be lost, though nothing else leads up to it. */
    @Test
    void takenJustBeforeACommit() throws Exception {
        assumeTrue(format == 2);
        neon.start("main");
        boolean isCommit = false;
        for (int rows = 3; !isCommit; rows += 2) {
            assertTrue(rows < 20, "something was always written in between");
            Lsn snapshot;
            try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
                fill(1);
                statement.execute("BEGIN; INSERT INTO t VALUES (0)");
                neon.execute("main", "CHECKPOINT");
                snapshot = take().lsn();
                statement.execute("COMMIT");
            }
            isCommit = firstAfter(snapshot) instanceof TransactionRecord.Commit;
            startAnew();
            assertEquals("" + (rows - 1), count("main"), "the snapshot is at " + snapshot);
        }
    }

    private RmgrRecord firstAfter(Lsn lsn) {
        WalSource wal = neon.workspace().wal().source(main);
        try (WalReader reader = WalReader.from(wal, lsn)) {
            assertTrue(reader.next());
            return WalDialect.of(wal.major()).manager(reader.record().rmid()).decode(reader.record());
        }
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
    void longChainsAreFolded() throws Exception {
        assumeTrue(format == 2);
        Lsn image = neon.workspace().snapshots().list(main).getFirst().lsn();
        neon.start("main");
        neon.execute("main", "CREATE TABLE gone AS SELECT g FROM generate_series(1, 5000) g",
                "CREATE TABLE cut AS SELECT g FROM generate_series(1, 5000) g");
        List<Snapshot> deltas = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            fill(100);
            neon.execute("main", i == 4 ? "DROP TABLE gone" : i == 6 ? "TRUNCATE cut" : "INSERT INTO cut VALUES (0)");
            deltas.add(take());
        }
        assertEquals(Optional.of(deltas.get(6).lsn()),
                manifest(deltas.getLast()).parent().map(SnapshotManifest.Parent::lsn));
        fill(100);
        Snapshot fold = take();
        SnapshotManifest manifest = manifest(fold);
        assertEquals(Optional.of(new SnapshotManifest.Parent(main, image)), manifest.parent());
        assertEquals(Optional.of(deltas.getLast().lsn()), manifest.folded());
        fill(100);
        assertEquals(Optional.of(fold.lsn()), manifest(take()).parent().map(SnapshotManifest.Parent::lsn));
        startAnew();
        assertEquals("1000", count("main"));
        assertEquals(List.of("2"), neon.query("main", "SELECT count(*) FROM cut"));
        neon.branch("between", "main@" + deltas.get(4).lsn());
        neon.start("between");
        assertEquals("500", count("between"));
        neon.stop("between");

        // A branch goes on from what it was forked at.
        neon.branch("folded", "main@" + fold.lsn());
        neon.start("folded");
        assertEquals("900", count("folded"));

        // Nothing of the fold needs the deltas that are in it.
        neon.workspace().branches().delete("between", true);
        deltas.reversed().forEach(delta -> neon.workspace().snapshots().delete(main, delta.lsn()));
        startAnew();
        assertEquals("1000", count("main"));
    }

    private static SnapshotManifest manifest(Snapshot snapshot) {
        return SnapshotManifest.read(snapshot.directory());
    }

    @Test
    void lieOnAnOlderOneWhereTheNewestIsDamaged() throws Exception {
        assumeTrue(format == 2);
        neon.start("main");
        fill(1000);
        Snapshot whole = take();
        neon.execute("main", "UPDATE t SET a = a + 1");
        Snapshot damaged = take();
        for (String name : manifest(damaged).files()) {
            Path file = damaged.directory().resolve(name);
            byte[] changed = Files.readAllBytes(file);
            changed[changed.length / 2] ^= 4;
            Files.write(file, changed);
        }
        neon.execute("main", "UPDATE t SET a = a + 1");
        assertEquals(Optional.of(whole.lsn()), manifest(take()).parent().map(SnapshotManifest.Parent::lsn));
        startAnew();
        assertEquals(List.of("502500"), neon.query("main", "SELECT sum(a) FROM t"));
    }

    @Test
    void ofAStoppedServerWhereThereAreOnlyCopiesOfRunningOnes() throws Exception {
        assumeTrue(format == 1);
        Snapshot first = neon.workspace().snapshots().list(main).getFirst();
        neon.start("main");
        fill(1000);
        assertEquals(Snapshot.Form.LIVE_COPY, take().form());
        neon.workspace().repository().files().deleteTree(first.directory());
        neon.workspace().repository().upgradeTo(Repository.NEWEST_FORMAT);
        fill(1000);
        assertThrows(UnsupportedException.class, this::take);
        neon.stop("main");
        assertEquals(Snapshot.Form.IMAGE, take().form());
        neon.start("main");
        fill(1000);
        assertEquals(Snapshot.Form.DELTA, take().form());
        startAnew();
        assertEquals("3000", count("main"));
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
