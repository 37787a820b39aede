package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.gc.PaperRepository.Time;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.Loss;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.SimulatedCrash;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is put back can be used, and stands in nobody's way. */
class TrashTest {
    private static final Optional<Duration> TWO_WEEKS = Optional.of(Duration.ofDays(14));
    private static final RefName MAIN = RefName.branch("main");
    private static final RefName TRY = RefName.branch("try");

    private final Time clock = new Time();
    private FileSystem memory;
    private Path directory;
    private PaperRepository paper;
    private TimelineId main;

    @BeforeEach
    void create() {
        memory = Jimfs.newFileSystem(Configuration.unix());
        directory = memory.getPath("/work/.neon");
        paper = PaperRepository.create(directory, clock);
        paper.repository().config().set("gc.reflogExpire", "0s");
        paper.repository().config().set("gc.horizon", "0");
        main = paper.root();
        paper.write(main, 1);
        paper.repository().refs().begin("init").set(RefName.HEAD, new RefTarget.Symbolic(MAIN)).commit();
        set(MAIN, main);
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    private void set(RefName name, TimelineId timeline) {
        paper.repository().refs().begin("test").set(name, new RefTarget.Timeline(timeline)).commit();
    }

    private Trash trash() {
        return new Trash(paper.repository());
    }

    /** Collects into a bin of its own. */
    private String collect() {
        List<Trash.Bin> before = trash().list();
        clock.pass(Duration.ofMinutes(1));
        paper.gc().collect(TWO_WEEKS, () -> { });
        List<Trash.Bin> after = trash().list();
        assertEquals(before.size() + 1, after.size());
        return after.getLast().id();
    }

    /** Else the next collection would find a timeline whose parent is gone, and stop: the parent may be there by another name. */
    @Test
    void aTimelineIsNotPutBackWithoutItsParent() {
        TimelineId parent = paper.fork(main, paper.end(main));
        paper.write(parent, 2);
        set(TRY, parent);
        TimelineId child = paper.fork(parent, paper.end(parent));
        paper.write(child, 3);
        String state = paper.state(child, paper.end(child));
        String first = collect();
        paper.repository().refs().begin("drop").delete(TRY, new RefTarget.Timeline(parent)).commit();
        String second = collect();

        ConflictException refused = assertThrows(ConflictException.class, () -> trash().restore(first));
        assertTrue(refused.hint().orElseThrow().contains(second), refused::toString);
        assertEquals(List.of(), paper.gc().plan().removed());
        trash().restore(second);
        trash().restore(first);
        assertEquals(state, paper.state(child, paper.end(child)));
        assertEquals(2, paper.gc().plan().count(SweepPlan.Kind.TIMELINE));
    }

    @Test
    void aSnapshotIsNotPutBackWithoutTheOneBelow() {
        paper.snapshot(main, true);
        Lsn below = paper.end(main);
        paper.write(main, 2);
        paper.snapshot(main, false);
        Lsn upper = paper.end(main);
        paper.write(main, 3);
        RefName tag = RefName.tag("v1");
        RefTarget point = RefTarget.Point.of(main, below);
        paper.repository().refs().begin("tag").create(tag, point).commit();
        paper.snapshot(main, true);
        paper.write(main, 4);
        String first = collect();
        paper.repository().refs().begin("tag").delete(tag, point).commit();
        String second = collect();

        ConflictException refused = assertThrows(ConflictException.class, () -> trash().restore(first));
        assertTrue(refused.hint().orElseThrow().contains(second), refused::toString);
        trash().restore(second);
        trash().restore(first);
        assertEquals("1,2,", paper.state(main, upper));
    }

    /** A sweep would move away again what is being put back, and empty the bin under its hands. */
    @Test
    void nothingIsPutBackBesideACollection() {
        paper.write(paper.fork(main, paper.end(main)), 2);
        String bin = collect();
        try (LockFile _ = paper.repository().lock("gc")) {
            assertThrows(BusyException.class, () -> trash().restore(bin));
        }
        assertEquals(1, trash().restore(bin));
    }

    /** A crash amid the deletion of a bin leaves none of which a part could be put back for the whole. */
    @Test
    void whatIsHalfDeletedIsNotPutBack() throws IOException {
        int step = 1;
        while (isStoppedAt(step)) {
            step++;
        }
        assertTrue(step > 10, step + " steps");
    }

    /** @return false if it was done before that step */
    private boolean isStoppedAt(int step) throws IOException {
        close();
        create();
        TimelineId dropped = paper.fork(main, paper.end(main));
        for (int i = 0; i < 6; i++) {
            paper.write(dropped, 10 + i);
            paper.snapshot(dropped, i == 3);
        }
        Lsn end = paper.end(dropped);
        String state = paper.state(dropped, end);
        collect();
        FaultyFileSteps steps = new FaultyFileSteps(directory);
        steps.crashAt(step);
        boolean isStopped = false;
        try {
            PaperRepository.openDoomed(directory, steps, clock).gc().collect(Optional.of(Duration.ZERO), () -> { });
        } catch (SimulatedCrash | NeonException stopped) {
            isStopped = true;
        }
        steps.restart(new Loss.Nothing());
        paper = PaperRepository.open(directory, new NioFileSteps(), clock);
        for (Trash.Bin bin : trash().list()) {
            trash().restore(bin.id());
            assertEquals(state, paper.state(dropped, end), "step " + step);
            for (Snapshot snapshot : paper.snapshots().list(dropped)) {
                paper.state(dropped, snapshot.lsn());
            }
        }
        paper.gc().collect(Optional.of(Duration.ZERO), () -> { });
        assertTrue(Files.notExists(directory.resolve("trash")), "step " + step);
        return isStopped;
    }
}
