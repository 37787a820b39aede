package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.gc.LsnRanges.Range;
import dev.neon.gc.TimelineFacts.Fork;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private static final TimelineId MAIN = new TimelineId("a".repeat(32));
    private static final TimelineId CHILD = new TimelineId("b".repeat(32));
    private static final TimelineId GRANDCHILD = new TimelineId("c".repeat(32));
    private static final int HISTORIES = 20_000;

    @Test
    void aTagKeepsItsPoint() {
        Kept kept = Reachability.of(List.of(Root.ofPoint("v1", MAIN, lsn(50))),
                List.of(timeline(MAIN, image(10), image(40), image(60)))).kept(MAIN).orElseThrow();
        assertEquals(Set.of(lsn(40)), kept.snapshots());
        assertEquals(List.of(range(40, 50)), kept.wal().ranges());
        assertEquals(List.of(range(50, 50)), kept.points().ranges());
    }

    @Test
    void anEndIsKeptWithoutKnowingWhereItIs() {
        Reachability reachability = Reachability.of(List.of(Root.ofEnd("log", CHILD)),
                List.of(timeline(MAIN, image(10), image(40), image(60)), fork(CHILD, MAIN, 50)));
        assertEquals(Set.of(lsn(40)), reachability.kept(MAIN).orElseThrow().snapshots());
        assertEquals(List.of(range(40, 50)), reachability.kept(MAIN).orElseThrow().wal().ranges());
        assertEquals(List.of(new Range(lsn(50), Root.OPEN)), reachability.kept(CHILD).orElseThrow().wal().ranges());
        Kept kept = Reachability.of(List.of(Root.ofEnd("log", MAIN)),
                List.of(timeline(MAIN, image(10), image(40), delta(60, MAIN, 40)))).kept(MAIN).orElseThrow();
        assertEquals(Set.of(lsn(40), lsn(60)), kept.snapshots());
        assertEquals(List.of(new Range(lsn(60), Root.OPEN)), kept.wal().ranges());
    }

    @Test
    void aBranchKeepsItsHistoryFromItsHorizonOn() {
        Kept kept = Reachability.of(List.of(new Root("main", MAIN, lsn(45), Root.OPEN)),
                List.of(timeline(MAIN, image(10), image(40), image(60), delta(70, MAIN, 60)))).kept(MAIN).orElseThrow();
        assertEquals(Set.of(lsn(40), lsn(60), lsn(70)), kept.snapshots());
        assertEquals(List.of(new Range(lsn(40), Root.OPEN)), kept.wal().ranges());
    }

    @Test
    void aForkKeepsOnePointOfItsAncestor() {
        Reachability reachability = Reachability.of(List.of(new Root("child", CHILD, lsn(90), lsn(100))),
                List.of(timeline(MAIN, image(10), image(40), image(60)), fork(CHILD, MAIN, 50)));
        assertEquals(new Kept(LsnRanges.of(List.of(range(50, 50))), sorted(40), LsnRanges.of(List.of(range(40, 50)))),
                reachability.kept(MAIN).orElseThrow());
        assertEquals(new Kept(LsnRanges.of(List.of(range(90, 100))), sorted(), LsnRanges.of(List.of(range(50, 100)))),
                reachability.kept(CHILD).orElseThrow());
    }

    @Test
    void aForkWithASnapshotOfItsOwnKeepsNothingOfItsAncestor() {
        Reachability reachability = Reachability.of(List.of(new Root("child", CHILD, lsn(90), lsn(100))),
                List.of(timeline(MAIN, image(10)), fork(CHILD, MAIN, 50, image(80))));
        assertEquals(Set.of(CHILD), reachability.kept().keySet());
    }

    @Test
    void aDeltaKeepsTheSnapshotThatItLiesOnWithoutItsWal() {
        Reachability reachability = Reachability.of(List.of(new Root("grandchild", GRANDCHILD, lsn(90), lsn(100))),
                List.of(timeline(MAIN, image(10), delta(30, MAIN, 10), image(40)), fork(CHILD, MAIN, 35),
                        fork(GRANDCHILD, CHILD, 50, delta(80, MAIN, 30))));
        assertEquals(Set.of(GRANDCHILD, MAIN), reachability.kept().keySet());
        assertEquals(new Kept(LsnRanges.of(List.of()), sorted(10, 30), LsnRanges.of(List.of())),
                reachability.kept(MAIN).orElseThrow());
    }

    @Test
    void aHorizonBelowTheForkIsTheAncestors() {
        Reachability reachability = Reachability.of(List.of(new Root("child", CHILD, lsn(20), lsn(100))),
                List.of(timeline(MAIN, image(10), image(40), image(60)), fork(CHILD, MAIN, 50)));
        assertEquals(List.of(range(20, 50)), reachability.kept(MAIN).orElseThrow().points().ranges());
        assertEquals(Set.of(lsn(10), lsn(40)), reachability.kept(MAIN).orElseThrow().snapshots());
        assertEquals(List.of(range(51, 100)), reachability.kept(CHILD).orElseThrow().points().ranges());
    }

    @Test
    void aCopyThatIsReplayedFromBelowTheForkKeepsThatWal() {
        Reachability reachability = Reachability.of(List.of(Root.ofPoint("v1", CHILD, lsn(100))),
                List.of(timeline(MAIN, image(10)), fork(CHILD, MAIN, 50, new SnapshotFacts(lsn(55), lsn(45),
                        Optional.empty()))));
        assertEquals(new Kept(LsnRanges.of(List.of()), sorted(), LsnRanges.of(List.of(range(45, 50)))),
                reachability.kept(MAIN).orElseThrow());
    }

    @Test
    void whatIsNotThereStopsEverything() {
        List<TimelineFacts> forked = List.of(fork(CHILD, MAIN, 50));
        assertThrows(NotFoundException.class, () -> Reachability.of(List.of(), forked));
        List<TimelineFacts> delta = List.of(timeline(MAIN, delta(30, MAIN, 20)));
        assertThrows(NotFoundException.class, () -> Reachability.of(List.of(Root.ofPoint("v1", MAIN, lsn(30))), delta));
        assertThrows(NotFoundException.class, () -> Reachability.of(List.of(Root.ofPoint("v1", CHILD, lsn(30))),
                List.of(timeline(MAIN))));
        assertThrows(NotFoundException.class, () -> Reachability.of(List.of(),
                List.of(fork(CHILD, GRANDCHILD, 50), fork(GRANDCHILD, CHILD, 50))));
        assertThrows(NotFoundException.class, () -> Reachability.of(List.of(Root.ofPoint("v1", MAIN, lsn(30))),
                List.of(timeline(MAIN, delta(30, CHILD, 20)), fork(CHILD, MAIN, 10, image(20)))));
    }

    /** Each needed point can be made, and nothing is kept that none is made of. */
    @Test
    void keepsWhatIsNeededAndNothingElse() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            RandomHistory history = new RandomHistory(random);
            Reachability reachability = Reachability.of(history.roots(), history.timelines());
            Set<SnapshotName> points = history.points();
            for (SnapshotName point : points) {
                assertTrue(history.canMake(point, reachability), () -> "seed " + seed + ": " + point + " of " + history);
                assertTrue(reachability.kept(point.timeline()).orElseThrow().points().contains(point.lsn()));
            }
            Set<SnapshotName> tooFew = history.snapshotsFor(points);
            Set<SnapshotName> tooMany = keptSnapshots(reachability);
            tooFew.removeIf(name -> reachability.kept(name.timeline())
                    .filter(kept -> kept.snapshots().contains(name.lsn())).isPresent());
            tooMany.removeAll(history.snapshotsFor(points));
            assertEquals(List.of(Set.of(), Set.of()), List.of(tooFew, tooMany), () -> "seed " + seed + ": " + history);
            // WAL of a range is kept without holes: what happened there can be asked for, and a snapshot may be damaged.
            Set<SnapshotName> wal = history.walFor(points);
            wal.addAll(points);
            reachability.kept().forEach((id, kept) -> kept.wal().ranges().forEach(range -> {
                long end = Math.min(range.to().equals(Root.OPEN) ? history.end(id) : range.to().value(), history.end(id));
                for (long lsn = range.from().value() + 1; lsn <= end; lsn++) {
                    assertTrue(wal.contains(new SnapshotName(id, lsn(lsn))), "seed " + seed + ": WAL " + lsn + " of "
                            + id + " in " + history);
                }
            }));
        }
    }

    /** So that it can be counted for each what it needs, and what nobody else does. */
    @Test
    void allNeedTogetherWhatEachNeeds() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            RandomHistory history = new RandomHistory(random);
            Reachability together = Reachability.of(history.roots(), history.timelines());
            Set<SnapshotName> snapshots = new HashSet<>();
            Map<TimelineId, List<Range>> wal = new HashMap<>();
            for (Root root : history.roots()) {
                Reachability one = Reachability.of(List.of(root), history.timelines());
                snapshots.addAll(keptSnapshots(one));
                one.kept().forEach((id, kept) -> wal.computeIfAbsent(id, _ -> new ArrayList<>()).addAll(kept.wal().ranges()));
            }
            assertEquals(snapshots, keptSnapshots(together), () -> "seed " + seed + ": " + history);
            assertEquals(together.kept().keySet(), wal.keySet(), () -> "seed " + seed + ": " + history);
            together.kept().forEach((id, kept) -> assertEquals(LsnRanges.of(wal.get(id)), kept.wal(),
                    () -> "seed " + seed + ": " + id + " of " + history));
        }
    }

    private static Set<SnapshotName> keptSnapshots(Reachability reachability) {
        Set<SnapshotName> names = new HashSet<>();
        for (Map.Entry<TimelineId, Kept> each : reachability.kept().entrySet()) {
            each.getValue().snapshots().forEach(lsn -> names.add(new SnapshotName(each.getKey(), lsn)));
        }
        return names;
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }

    private static Range range(long from, long to) {
        return new Range(lsn(from), lsn(to));
    }

    private static SortedSet<Lsn> sorted(long... values) {
        TreeSet<Lsn> set = new TreeSet<>();
        for (long value : values) {
            set.add(lsn(value));
        }
        return set;
    }

    private static TimelineFacts timeline(TimelineId id, SnapshotFacts... snapshots) {
        return new TimelineFacts(id, Optional.empty(), List.of(snapshots));
    }

    private static TimelineFacts fork(TimelineId id, TimelineId parent, long at, SnapshotFacts... snapshots) {
        return new TimelineFacts(id, Optional.of(new Fork(parent, lsn(at))), List.of(snapshots));
    }

    private static SnapshotFacts image(long at) {
        return new SnapshotFacts(lsn(at), lsn(at), Optional.empty());
    }

    private static SnapshotFacts delta(long at, TimelineId parent, long below) {
        return new SnapshotFacts(lsn(at), lsn(at), Optional.of(new SnapshotName(parent, lsn(below))));
    }
}
