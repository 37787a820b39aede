package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
    private static final TimelineId NOWHERE = new TimelineId("f".repeat(32));
    private static final RefName HEIKKI = RefName.branch("heikki");

    @TempDir
    Path directory;

    private TestHistory history;

    @BeforeEach
    void make() {
        history = new TestHistory(directory);
    }

    @Test
    void refsAreRoots() {
        history.repository().refs().begin("test")
                .create(RefName.tag("v1"), RefTarget.Point.of(TestHistory.MAIN, new Lsn(0x3000)))
                .create(RefName.remoteBranch("origin", "main"), RefTarget.Point.of(TestHistory.SIDE, new Lsn(0x4000)))
                .set(RefName.HEAD, new RefTarget.Timeline(TestHistory.SIDE)).commit();
        Roots roots = history.roots();
        assertEquals(Set.of(new Root("branch main", TestHistory.MAIN, TestHistory.FIRST, Root.OPEN),
                Root.ofPoint("tag v1", TestHistory.MAIN, new Lsn(0x3000)),
                Root.ofPoint("remote branch origin/main", TestHistory.SIDE, new Lsn(0x4000)),
                new Root("HEAD", TestHistory.SIDE, TestHistory.FIRST, Root.OPEN)), Set.copyOf(roots.refs().values()));
        assertEquals(List.of(), roots.others());
        assertEquals(4, roots.all().size());
    }

    @Test
    void oldValuesAreRootsUntilTheLogLetsGoOfThem() {
        RefName tag = RefName.tag("v1");
        RefTarget first = RefTarget.Point.of(TestHistory.MAIN, new Lsn(0x3000));
        RefTarget second = RefTarget.Point.of(TestHistory.MAIN, new Lsn(0x4000));
        history.repository().refs().begin("test").create(HEIKKI, new RefTarget.Timeline(TestHistory.SIDE))
                .create(tag, first).commit();
        assertEquals(List.of(), history.roots().others());
        history.repository().refs().begin("test").delete(HEIKKI, new RefTarget.Timeline(TestHistory.SIDE)).commit();
        history.sleep(Duration.ofDays(1));
        history.repository().refs().begin("test").update(tag, first, second).commit();
        assertEquals(Set.of(Root.ofPoint("operation log: v1 until 2026-11-22T07:35:31Z", TestHistory.MAIN, new Lsn(0x3000)),
                Root.ofEnd("operation log: heikki until 2026-11-21T07:35:31Z", TestHistory.SIDE)),
                Set.copyOf(history.roots().others()));
        history.sleep(Duration.ofDays(89));
        assertEquals(List.of("operation log: v1 until 2026-11-22T07:35:31Z"), names(history.roots()));
        history.sleep(Duration.ofDays(1));
        assertEquals(List.of(), history.roots().others());
        history.repository().config().set("gc.reflogExpire", "never");
        assertEquals(2, history.roots().others().size());
        history.repository().config().set("gc.reflogExpire", "1h");
        assertEquals(List.of(), history.roots().others());
        history.repository().config().set("gc.reflogExpire", "soon");
        assertThrows(InvalidInputException.class, () -> history.roots());
    }

    @Test
    void leasesOfBothKindsAreRoots() {
        Repository repository = history.repository();
        Lease users = repository.leases().take("nightly", new Lease.Span(TestHistory.SIDE, new Lsn(0x3000), Lsn.LAST),
                history.now().plusSeconds(60));
        try (HeldLease _ = repository.leases().hold("export", Lease.Span.ofPoint(TestHistory.MAIN, new Lsn(0x5000)))) {
            Roots roots = history.roots();
            assertEquals(2, roots.others().size());
            assertTrue(roots.others().contains(new Root("lease " + users.id() + " (nightly)", TestHistory.SIDE,
                    new Lsn(0x3000), Root.OPEN)), roots.toString());
            assertTrue(names(roots).stream().anyMatch(name -> name.endsWith("(export)")));
        }
        assertEquals(List.of("lease " + users.id() + " (nightly)"), names(history.roots()));
        history.sleep(Duration.ofSeconds(60));
        assertEquals(List.of(), history.roots().others());
    }

    @Test
    void serversAreRootsUnlessTheirTimelineIsGone() {
        Root running = new Root("instance on main", TestHistory.MAIN, new Lsn(0x7000), Root.OPEN);
        assertEquals(List.of(running), history.roots(running, new Root("instance on v1", NOWHERE, Lsn.ZERO, Root.OPEN)).others());
        assertEquals(List.of(), history.warnings());
    }

    @Test
    void aRefWithoutItsTimelineStopsAllButALeaseOrAnOldValueDoesNot() {
        Repository repository = history.repository();
        RefTarget nowhere = new RefTarget.Timeline(NOWHERE);
        repository.refs().begin("test").create(HEIKKI, nowhere).commit();
        assertTrue(assertThrows(NotFoundException.class, () -> history.roots()).getMessage().contains("branch heikki"));
        repository.refs().begin("test").delete(HEIKKI, nowhere).commit();
        repository.leases().take("", Lease.Span.ofPoint(NOWHERE, Lsn.ZERO), history.now().plusSeconds(60));
        try (HeldLease _ = repository.leases().hold("branch", Lease.Span.ofLine(NOWHERE))) {
            assertEquals(List.of(), history.roots().others());
        }
        assertEquals(2, history.warnings().size(), history.warnings().toString());
    }

    @Test
    void timelinesThatHaveComeSinceTheFactsWereReadAreAdded() {
        RepositoryFacts facts = history.facts();
        Repository repository = history.repository();
        TimelineId child = new TimelineId("c".repeat(32));
        repository.timelines().create(repository.timelines().history(TestHistory.SIDE).fork(child, repository.id(),
                new Lsn(0x4000), "test", history.now(), Optional.empty()), Map.of());
        repository.refs().begin("test").create(HEIKKI, new RefTarget.Timeline(child)).commit();
        Roots roots = Roots.read(repository, facts, history, history.now(), List::of);
        assertEquals(TestHistory.FIRST, roots.refs().get(HEIKKI).from());
        Reachability.of(roots.all(), facts.timelines());
    }

    @Test
    void aHorizonIsTheLongerOfTwo() {
        assertEquals(TestHistory.FIRST, from());
        set("gc.pitrInterval", "1min");
        assertEquals(TestHistory.END.plus(-16 * 60), from());
        set("gc.horizon", "100");
        assertEquals(TestHistory.END.plus(-16 * 60), from());
        set("gc.horizon", "8kB");
        assertEquals(TestHistory.END.plus(-8192), from());
        // The branch's own come first, each for itself.
        set("branch.main.horizon", "2kB");
        assertEquals(TestHistory.END.plus(-2048), from());
        set("branch.main.pitrInterval", "5min");
        assertEquals(TestHistory.END.plus(-16 * 300), from());
        set("branch.main.pitrInterval", "never");
        assertEquals(TestHistory.FIRST, from());
        set("branch.main.pitrInterval", "0s");
        set("branch.main.horizon", "0");
        assertEquals(TestHistory.END, from());
    }

    @Test
    void aHorizonBeforeAllHistoryIsItsBeginning() {
        set("gc.pitrInterval", "9999999w");
        assertEquals(TestHistory.FIRST, from());
        set("branch.main.horizon", "7TB");
        assertEquals(TestHistory.FIRST, from());
        set("gc.pitrInterval", "7 moons");
        assertThrows(InvalidInputException.class, this::from);
    }

    private void set(String key, String value) {
        history.repository().config().set(key, value);
    }

    private Lsn from() {
        return history.roots().refs().get(TestHistory.BRANCH).from();
    }

    private static List<String> names(Roots roots) {
        return roots.others().stream().map(Root::name).collect(Collectors.toList());
    }
}
