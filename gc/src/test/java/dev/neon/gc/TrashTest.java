package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.Loss;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.SimulatedCrash;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comes back from the trash is whole, or stays there. */
class TrashTest extends CollectedPaper {
    private static final Duration TWO_WEEKS = Duration.ofDays(14);

    private void delete(RefName name) {
        paper.repository().refs().begin("test").delete(name, paper.repository().refs().read(name).orElseThrow()).commit();
    }

    /** Returns the bin of what went; empty if nothing did. */
    private String collect() {
        clock.pass(Duration.ofMinutes(1));
        return paper.gc().collect(Optional.of(TWO_WEEKS), () -> { }).removed().isEmpty() ? ""
                : paper.trash().list().getLast().id();
    }

    @Test
    void aTimelineDoesNotComeBackBeforeItsParent() {
        paper.write(main, 1);
        TimelineId parent = paper.fork(main, paper.end(main));
        paper.write(parent, 2);
        TimelineId child = paper.fork(parent, paper.end(parent));
        paper.write(child, 3);
        set(RefName.branch("parent"), new RefTarget.Timeline(parent));
        set(RefName.branch("child"), new RefTarget.Timeline(child));
        delete(RefName.branch("child"));
        String first = collect();
        delete(RefName.branch("parent"));
        String second = collect();
        ConflictException refused = assertThrows(ConflictException.class, () -> paper.trash().restore(first));
        assertTrue(refused.getMessage().contains(parent.toString()), refused.getMessage());
        assertEquals(List.of(), paper.gc().plan().removed(), "it would have stopped every collection");
        paper.trash().restore(second);
        paper.trash().restore(first);
        assertEquals("1,2,3,", paper.state(child, paper.end(child)));
    }

    @Test
    void aSnapshotDoesNotComeBackBeforeTheOneThatItLiesOn() {
        Lsn image = paper.write(main, 1);
        paper.snapshot(main, true);
        Lsn delta = paper.write(main, 2);
        paper.snapshot(main, false);
        paper.write(main, 3);
        paper.snapshot(main, true);
        set(RefName.tag("image"), RefTarget.Point.of(main, image));
        String first = collect();
        delete(RefName.tag("image"));
        String second = collect();
        ConflictException refused = assertThrows(ConflictException.class, () -> paper.trash().restore(first));
        assertTrue(refused.getMessage().contains(image.toFileName()), refused.getMessage());
        paper.trash().restore(second);
        paper.trash().restore(first);
        assertEquals("1,2,", paper.state(main, delta));
    }

    @Test
    void aPartDoesNotComeBackBeforeItsTimeline() {
        paper.write(main, 1);
        TimelineId side = paper.fork(main, paper.end(main));
        set(RefName.branch("side"), new RefTarget.Timeline(side));
        for (int number = 2; number < 4; number++) {
            paper.write(side, number);
            paper.snapshot(side, true);
        }
        String first = collect();
        delete(RefName.branch("side"));
        String second = collect();
        ConflictException refused = assertThrows(ConflictException.class, () -> paper.trash().restore(first));
        assertTrue(refused.getMessage().endsWith("is gone"), refused.getMessage());
        paper.trash().restore(second);
        paper.trash().restore(first);
        assertEquals("1,2,3,", paper.state(side, paper.end(side)));
    }

    /** A bin that is being deleted is either whole or not there. */
    @Test
    void noPartOfABinComesBack() throws IOException {
        int steps = 1;
        for (int step = 1; step <= steps; step++) {
            create();
            Lsn delta = paper.write(main, 1);
            paper.snapshot(main, false);
            TimelineId dropped = paper.fork(main, delta);
            paper.write(dropped, 2);
            paper.write(main, 3);
            paper.snapshot(main, true);
            collect();
            clock.pass(TWO_WEEKS.plusDays(1));
            FaultyFileSteps faulty = new FaultyFileSteps(directory).crashAt(step);
            try {
                PaperRepository.openDoomed(directory, faulty, clock).gc().collect(Optional.of(TWO_WEEKS), () -> { });
            } catch (SimulatedCrash expected) {
                steps++;
            }
            faulty.restart(new Loss.Nothing());
            paper = PaperRepository.open(directory, new NioFileSteps(), clock);
            for (Trash.Bin bin : paper.trash().list()) {
                assertEquals(3, paper.trash().restore(bin.id()), "step " + step);
                assertEquals("1,", paper.state(main, delta), "step " + step);
                assertEquals("1,2,", paper.state(dropped, paper.end(dropped)), "step " + step);
            }
            paper.gc().collect(Optional.of(Duration.ZERO), () -> { });
            assertTrue(Files.notExists(directory.resolve("trash")), "step " + step);
            memory.close();
        }
        assertTrue(steps > 10, steps + " steps");
    }

    /** Its first timelines have no history. */
    @Test
    void aTimelineOfTheFirstDraftComesBack() throws IOException {
        TimelineId draft = new TimelineId("ab".repeat(20));
        Path place = paper.repository().timelines().directory(draft);
        paper.repository().files().copyTree(paper.repository().timelines().directory(main), place,
                path -> !path.endsWith("history"));
        String bin = collect();
        assertFalse(Files.exists(place));
        paper.trash().restore(bin);
        assertEquals("", paper.state(draft, PaperRepository.START));
        assertEquals(List.of(), paper.trash().list());
    }

    @Test
    void nothingComesBackAmidACollection() {
        paper.write(main, 1);
        paper.snapshot(main, true);
        String bin = collect();
        try (LockFile _ = paper.repository().lock("gc")) {
            assertThrows(BusyException.class, () -> paper.trash().restore(bin));
        }
        assertTrue(paper.trash().restore(bin) > 0);
    }
}
