package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.gc.PaperRepository.Time;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.files.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order a collection takes what others hold as well. */
class CollectionLocksTest {
    private static final Optional<Duration> AT_ONCE = Optional.of(Duration.ZERO);

    @TempDir
    Path directory;

    @Test
    void snapshotsAreMadeByOneCollectionAtATime() {
        PaperRepository paper = paper();
        assertThrows(BusyException.class, () -> paper.gc().collect(AT_ONCE, () -> paper.gc().collect(AT_ONCE, () -> { })));
    }

    /** Whoever makes a snapshot of a server's files holds the server's lock and waits for the one of snapshots. */
    @Test
    void aServersLockIsWaitedForWithoutTheOneOfSnapshots() throws IOException {
        PaperRepository paper = paper();
        TimelineId dropped = paper.root();
        Files.createDirectories(paper.repository().dataDirectory(dropped));
        List<Duration> asked = new ArrayList<>();
        GarbageCollection gc = paper.gc((timeline, wait) -> {
            asked.add(wait);
            if (wait.isZero() && asked.size() == 1) {
                throw new BusyException("held", "Try again.");
            }
            if (!wait.isZero()) {
                try (LockFile free = paper.snapshots().lock(Duration.ZERO)) {
                    paper.repository().files().deleteTree(paper.repository().dataDirectory(timeline));
                }
            }
        });
        assertEquals(1, gc.collect(AT_ONCE, () -> { }).count(SweepPlan.Kind.TIMELINE));
        assertFalse(paper.repository().timelines().exists(dropped));
        assertTrue(asked.size() == 2 && asked.getFirst().isZero() && !asked.getLast().isZero(), asked::toString);
    }

    private PaperRepository paper() {
        PaperRepository paper = PaperRepository.create(directory.resolve(".neon"), new Time());
        paper.repository().config().set("gc.reflogExpire", "0s");
        return paper;
    }
}
