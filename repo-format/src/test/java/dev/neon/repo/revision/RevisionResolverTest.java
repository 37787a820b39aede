package dev.neon.repo.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.repo.timeline.TimelineHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** main runs from 0/100 to 0/1000; child leaves it at 0/500 and ends at 0/800; grand leaves child at 0/600. */
class RevisionResolverTest {
    private static final TimelineId MAIN = new TimelineId("a".repeat(32));
    private static final TimelineId CHILD = new TimelineId("b".repeat(32));
    private static final TimelineId GRAND = new TimelineId("c".repeat(32));
    private static final Map<TimelineId, List<Lsn>> WAL = Map.of(MAIN, List.of(new Lsn(0x100), new Lsn(0x1000)),
            CHILD, List.of(new Lsn(0x500), new Lsn(0x800)), GRAND, List.of(new Lsn(0x600), new Lsn(0x600)));

    /** So many bytes are written by nobody's work. */
    private static final long IDLE = 0x10;

    @TempDir Path directory;
    private Repository repository;
    private RevisionResolver resolver;

    private static final class FakeWal implements WalPositions {
        @Override
        public Lsn end(TimelineId timeline) {
            return WAL.get(timeline).getLast();
        }

        @Override
        public Lsn first(TimelineId timeline) {
            return WAL.get(timeline).getFirst();
        }

        @Override
        public Lsn boundary(TimelineId timeline, Lsn lsn) {
            if (lsn.value() % 16 != 0) {
                throw new InvalidInputException(lsn + " is inside a record");
            }
            return lsn;
        }

        /** A transaction a second since {@link TestContext#NOW}, less an hour, of 16 bytes each. */
        @Override
        public Lsn atTime(TimelineId timeline, Instant time) {
            long seconds = Duration.between(TestContext.NOW.minusSeconds(3600), time).toSeconds();
            return Lsn.min(end(timeline), new Lsn(0x100 + 16 * seconds));
        }

        @Override
        public Lsn afterTransaction(TimelineId timeline, long xid) {
            return new Lsn(16 * xid);
        }

        @Override
        public Lsn restorePoint(TimelineId timeline, String name) {
            if (!name.equals("5 apples")) {
                throw new NotFoundException(name);
            }
            return new Lsn(0x500);
        }
    }

    @BeforeEach
    void create() {
        repository = Repository.create(directory.resolve(".neon"), TestContext.live(), fresh -> {
            TimelineHistory main = new TimelineHistory(MAIN, Optional.of(fresh.id()), Optional.empty(),
                    Optional.empty(), Optional.empty(), List.of());
            TimelineHistory child = main.fork(CHILD, fresh.id(), new Lsn(0x500), "branch", TestContext.NOW,
                    Optional.empty());
            fresh.timelines().create(main, Map.of());
            fresh.timelines().create(child, Map.of());
            fresh.timelines().create(child.fork(GRAND, fresh.id(), new Lsn(0x600), "branch", TestContext.NOW,
                    Optional.empty()), Map.of());
            fresh.refs().begin("init").create(RefName.branch("main"), new RefTarget.Timeline(MAIN))
                    .create(RefName.branch("child"), new RefTarget.Timeline(CHILD))
                    .create(RefName.branch("grand"), new RefTarget.Timeline(GRAND))
                    .create(RefName.tag("v1"), RefTarget.Point.of(MAIN, new Lsn(0x300)))
                    .create(RefName.remoteBranch("origin", "main"), RefTarget.Point.of(MAIN, new Lsn(0x200))).commit();
        });
        resolver = new RevisionResolver(repository, new FakeWal(),
                (_, from, to) -> to.minus(from) > IDLE);
    }

    private void assertPoint(TimelineId timeline, long lsn, Optional<RefName> ref, String revision) {
        assertEquals(new Point(timeline, new Lsn(lsn), ref), resolver.resolve(revision), revision);
    }

    private void assertPoint(TimelineId timeline, long lsn, String revision) {
        assertPoint(timeline, lsn, Optional.empty(), revision);
    }

    @Test
    void names() {
        Optional<RefName> main = Optional.of(RefName.branch("main"));
        assertPoint(MAIN, 0x1000, main, "main");
        assertPoint(MAIN, 0x1000, main, "refs/branches/main");
        assertPoint(MAIN, 0x1000, main, "HEAD");
        assertPoint(MAIN, 0x1000, main, "@");
        assertPoint(MAIN, 0x300, Optional.of(RefName.tag("v1")), "v1");
        assertPoint(MAIN, 0x200, Optional.of(RefName.remoteBranch("origin", "main")), "origin/main");
        assertPoint(CHILD, 0x800, CHILD.hex());
    }

    @Test
    void anLsnBelongsToTheTimelineThatHasIt() {
        assertPoint(GRAND, 0x600, "grand@0/600");
        assertPoint(CHILD, 0x5F0, "grand@0/5F0");
        assertPoint(CHILD, 0x500, "grand@0/500");
        assertPoint(MAIN, 0x4F0, "grand@0/4F0");
        assertPoint(MAIN, 0x100, "@0/100");
        assertPoint(MAIN, 0x400, "v1@0/400");
        assertThrows(InvalidInputException.class, () -> resolver.resolve("main@0/401"));
    }

    @Test
    void outsideOfHistoryBothEndsAreNamed() {
        for (String revision : List.of("child@0/F0", "child@0/810", CHILD + "@1/0")) {
            InvalidInputException outside =
                    assertThrows(InvalidInputException.class, () -> resolver.resolve(revision));
            assertEquals(Optional.of("Its history runs from 0/100 to 0/800."), outside.hint());
        }
    }

    @Test
    void forkPoints() {
        assertPoint(CHILD, 0x600, "grand^");
        assertPoint(MAIN, 0x500, "grand^^");
        assertThrows(NotFoundException.class, () -> resolver.resolve("main^"));
    }

    @Test
    void commitsBefore() {
        commit(MAIN, 0x200, 0x400, 0x700);
        commit(CHILD, 0x500 + IDLE, 0x600, 0x7F0);
        assertPoint(CHILD, 0x500 + IDLE, "grand~1");
        assertPoint(CHILD, 0x500 + IDLE, "grand~");
        assertPoint(MAIN, 0x400, "grand~2");
        assertPoint(MAIN, 0x200, "grand~3");
        assertPoint(MAIN, 0x200, "grand~1~2");
        assertEquals(resolver.resolve("grand"), resolver.resolve("grand~0"));
        assertPoint(CHILD, 0x600, "child~1");
        assertPoint(MAIN, 0x700, "main~1");
        assertPoint(MAIN, 0x400, "main@0/700~1");
        assertPoint(MAIN, 0x400, "main@0/6F0~1");
        assertPoint(MAIN, 0x200, "main@0/410~1");
        assertPoint(MAIN, 0x400, "main@0/420~1");
        NotFoundException none = assertThrows(NotFoundException.class, () -> resolver.resolve("grand~4"));
        assertEquals("revision 'grand~4' does not exist: there are 3 commits before", none.getMessage());
        assertThrows(NotFoundException.class, () -> resolver.resolve("main@0/100~1"));
    }

    private void commit(TimelineId timeline, long... points) {
        CommitMessages messages = new CommitMessages(repository.timelines(), repository.files());
        for (long point : points) {
            messages.add(timeline, new CommitMessages.Message(new Lsn(point), TestContext.NOW, "tester", "main", "at " + point));
        }
    }

    @Test
    void theLog() {
        repository.refs().begin("reset").set(RefName.branch("main"), new RefTarget.Timeline(GRAND)).commit();
        repository.refs().begin("checkout").set(RefName.HEAD, new RefTarget.Timeline(CHILD)).commit();
        assertPoint(MAIN, 0x1000, "main@{1}");
        assertPoint(GRAND, 0x600, "main@{0}");
        assertPoint(CHILD, 0x800, "HEAD");
        assertPoint(GRAND, 0x600, Optional.of(RefName.branch("main")), "HEAD@{1}");
        assertThrows(NotFoundException.class, () -> resolver.resolve("main@{2}"));
        repository.refs().begin("delete").delete(RefName.branch("child"), new RefTarget.Timeline(CHILD)).commit();
        assertPoint(CHILD, 0x800, "child@{1}");
    }

    @Test
    void aBranchWinsOverATagAndAWarningSaysSo() {
        repository.refs().begin("tag").create(RefName.tag("main"), RefTarget.Point.of(CHILD, new Lsn(0x700))).commit();
        assertPoint(MAIN, 0x1000, Optional.of(RefName.branch("main")), "main");
        assertPoint(CHILD, 0x700, Optional.of(RefName.tag("main")), "refs/tags/main");
        assertTrue(resolver.warning("main").orElseThrow().contains("refs/tags/main"));
        assertEquals(Optional.empty(), resolver.warning("child"));
    }

    @Test
    void branchNamed() {
        assertEquals(Optional.of(RefName.branch("main")), resolver.branchNamed("HEAD"));
        assertEquals(Optional.of(RefName.branch("child")), resolver.branchNamed("child"));
        assertEquals(Optional.empty(), resolver.branchNamed("v1"));
        assertEquals(Optional.empty(), resolver.branchNamed("child@0/600"));
        assertEquals(Optional.empty(), resolver.branchNamed("absent"));
    }

    @Test
    void momentsBelongToTheTimelineThatHadThem() {
        assertPoint(MAIN, 0x100 + 16 * 60, "grand@{59 minutes ago}");
        assertPoint(GRAND, 0x600, "grand@{now}");
        assertPoint(MAIN, 0x110, "main@{2026-11-21 06:35:32}");
        assertPoint(MAIN, 0x4F0, "grand@{xid:79}");
        assertPoint(CHILD, 0x500, "grand@{xid:80}");
        assertPoint(CHILD, 0x500, "grand@{5 apples}");
        assertPoint(CHILD, 0x500, "grand@{restore:5 apples}");
        assertThrows(NotFoundException.class, () -> resolver.resolve("main@{restore:now}"));
        assertThrows(NotFoundException.class, () -> resolver.resolve("main@{5 pears}"));
    }

    @Test
    void theFutureIsNowAndAWarningSaysSo() {
        assertPoint(MAIN, 0x1000, "main@{2031-01-01}");
        assertEquals(Optional.of("'2031-01-01' is in the future: taking what there is now"),
                resolver.warning("main@{2031-01-01}"));
        assertEquals(Optional.empty(), resolver.warning("main@{now}"));
        assertEquals(Optional.empty(), resolver.warning("main@{5 apples}"));
    }

    @Test
    void unknownNames() {
        NotFoundException unknown = assertThrows(NotFoundException.class, () -> resolver.resolve("chidl@0/600"));
        assertEquals(Optional.of("Did you mean 'child'?"), unknown.hint());
        assertThrows(NotFoundException.class, () -> resolver.resolve("d".repeat(32)));
    }
}
