package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.gc.PaperRepository.Time;
import dev.neon.gc.SweepPlan.Kind;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.walindex.IndexPart;
import dev.neon.repo.walindex.SegmentDetails;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.WalIndexFiles;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What a collection does in which step, and under which lock. */
class CollectionStepsTest extends CollectedPaper {
    private static final Optional<Duration> AT_ONCE = Optional.of(Duration.ZERO);
    private static final Optional<Duration> TWO_WEEKS = Optional.of(Duration.ofDays(14));

    /** The repository with steps of which each is told before it is done. */
    private PaperRepository watched(BiConsumer<String, Path> watch) {
        NioFileSteps real = new NioFileSteps();
        return PaperRepository.open(directory, (FileSteps) Proxy.newProxyInstance(FileSteps.class.getClassLoader(),
                new Class<?>[] {FileSteps.class}, (_, step, arguments) -> {
                    if (arguments[0] instanceof Path path) {
                        watch.accept(step.getName(), path);
                    }
                    try {
                        return step.invoke(real, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                }), clock);
    }

    @Test
    void manySnapshotsAreOneLook() {
        for (int i = 0; i < 50; i++) {
            paper.write(main, i);
            paper.snapshot(main, false);
        }
        paper.write(main, 50);
        paper.snapshot(main, true);
        int[] looks = {0};
        GarbageCollection.Result result = watched((step, path) ->
                looks[0] += step.equals("create") && path.endsWith("leases.lock") ? 1 : 0).gc().collect(TWO_WEEKS, () -> { });
        assertEquals(51, result.count(Kind.SNAPSHOT));
        assertEquals(1, looks[0]);
    }

    /** Others wait ten seconds for the lock of refs, and a timeline may be large. */
    @Test
    void whatTakesLongIsDoneWithoutTheLockOfRefs() {
        TimelineId dropped = paper.root();
        paper.write(dropped, 1);
        paper.write(main, 1);
        paper.snapshot(main, true);
        List<Path> underLock = new ArrayList<>();
        watched((step, path) -> {
            if (step.equals("delete") && Files.exists(directory.resolve("refs.lock")) && !path.toString().endsWith(".lock")) {
                underLock.add(path);
            }
        }).gc().collect(AT_ONCE, () -> { });
        assertFalse(paper.repository().timelines().exists(dropped));
        assertTrue(underLock.stream().allMatch(path -> path.getParent().endsWith("wal")), underLock::toString);
    }

    /** A timeline of which parts went goes whole, as somebody has come and somebody has gone meanwhile. */
    @Test
    void whatWentInPartGoesWhole() {
        TimelineId leased = paper.root();
        Lsn point = paper.write(leased, 1);
        paper.snapshot(leased, true);
        paper.write(leased, 2);
        paper.snapshot(leased, true);
        paper.repository().leases().take("test", Lease.Span.ofPoint(leased, point), clock.instant().plusSeconds(60));
        PaperRepository watched = watched((step, path) -> {
            // Between two steps of removal.
            if (step.equals("delete") && path.endsWith("leases.lock") && clock.instant().equals(new Time().instant())) {
                clock.pass(Duration.ofMinutes(2));
                set(RefName.tag("new"), RefTarget.Point.of(main, PaperRepository.START));
            }
        });
        watched.gc().collect(TWO_WEEKS, () -> { });
        paper.gc().collect(TWO_WEEKS, () -> { });
        assertFalse(paper.repository().timelines().exists(leased));
    }

    /** Without it, a fork would look as if it had no ancestors, and what it is made of would go. */
    @Test
    void aLostHistoryStopsACollection() throws IOException {
        TimelineId parent = paper.root();
        TimelineId child = paper.fork(parent, paper.write(parent, 1));
        set(RefName.branch("child"), new RefTarget.Timeline(child));
        Path history = paper.repository().timelines().directory(child).resolve("history");
        byte[] content = Files.readAllBytes(history);
        Files.delete(history);
        assertThrows(CorruptFileException.class, () -> paper.gc().collect(AT_ONCE, () -> { }));
        Files.write(history, content);
        assertEquals("1,", paper.state(child, paper.end(child)));
    }

    @Test
    void leftoversOfSnapshotsGo() throws IOException {
        Path left = paper.repository().timelines().snapshotsDirectory(main).resolve(".tmp-0123456789abcdef");
        Files.createDirectories(left);
        Files.writeString(left.resolve("numbers"), "1");
        paper.gc().collect(TWO_WEEKS, () -> { });
        assertFalse(Files.exists(left));
    }

    /** A collection may have been killed after it removed the WAL. */
    @Test
    void anIndexWithoutItsWalGoes() {
        paper.write(main, 1);
        ClusterIdentity cluster = paper.repository().timelines().history(main).cluster().orElseThrow();
        WalIndexFiles index = new WalIndexFiles(paper.repository().timelines().walIndexDirectory(main),
                paper.repository().files(), cluster);
        IndexPart part = new IndexPart(cluster.systemIdentifier(), cluster.segmentSize(), 0);
        part.add(new SegmentSummary(new Lsn(1000L * cluster.segmentSize()), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                SegmentDetails.NONE);
        index.write(part);
        assertEquals(1, index.headers().size());
        paper.gc().collect(TWO_WEEKS, () -> { });
        assertEquals(0, index.headers().size());
    }
}
