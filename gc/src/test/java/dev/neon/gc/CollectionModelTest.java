package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.gc.PaperRepository.Time;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random histories, beside a model that remembers every state and everybody who may ask for it. After each collection each of
 * these states is made of what is left, and a second collection finds nothing more.
 */
class CollectionModelTest {
    @Test
    void randomHistories() throws Exception {
        run(100);
    }

    @Test
    @Tag("nightly")
    void manyRandomHistories() throws Exception {
        run(10_000);
    }

    private static void run(int histories) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long[] counts = new long[4];
        for (int i = 0; i < histories; i++) {
            long each = random.nextLong();
            try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
                Run run = new Run(new Random(each), memory);
                for (int step = 0; step < 60; step++) {
                    run.step();
                }
                run.collect();
                counts[0] += run.collections;
                counts[1] += run.removed;
                counts[2] += run.checked;
                counts[3] += run.folded;
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", history " + each + ": " + failure.getMessage(), failure);
            }
        }
        System.out.println(histories + " histories, " + counts[0] + " collections, " + counts[1] + " things removed, "
                + counts[2] + " points checked, " + counts[3] + " snapshots at points");
        assertTrue(counts[1] > histories, "hardly anything was removed");
        assertTrue(counts[3] > histories / 10, "hardly anything was folded");
    }

    /** Somebody who asks for points: all from one to another, or to the end. */
    private record Asker(TimelineId timeline, Lsn from, Optional<Lsn> to) {}

    private static final class Run {
        private static final Duration LOG = Duration.ofDays(3);
        /** Of a timeline, wherever that is. */
        private static final Lsn END = new Lsn(-1);

        private final Random random;
        private final Time clock = new Time();
        private final PaperRepository paper;
        private final Repository repository;
        /** Every state that there has ever been, by timeline: its own, and that of its fork. */
        private final Map<TimelineId, NavigableMap<Lsn, String>> states = new HashMap<>();
        /** What refs were and are no more, and until when that counts. */
        private final Map<Asker, Instant> former = new LinkedHashMap<>();
        private final Map<Asker, Instant> leases = new LinkedHashMap<>();
        private int number;
        private int collections;
        private long removed;
        private long checked;
        private long folded;

        Run(Random random, FileSystem memory) {
            this.random = random;
            this.paper = PaperRepository.create(memory.getPath("/work/.neon"), clock);
            this.repository = paper.repository();
            repository.config().set("gc.reflogExpire", LOG.toDays() + "d");
            TimelineId main = paper.root();
            states.put(main, new TreeMap<>(Map.of(PaperRepository.START, "")));
            repository.refs().begin("init").create(RefName.branch("main"), new RefTarget.Timeline(main))
                    .set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("main"))).commit();
        }

        void step() {
            clock.pass(Duration.ofMinutes(random.nextInt(90)));
            TimelineId timeline = anyBranch();
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> write(timeline);
                case 6, 7 -> paper.snapshot(timeline, random.nextInt(3) == 0);
                case 8, 9, 10 -> anyPoint(timeline).ifPresent(point -> set(RefName.branch("b" + random.nextInt(6)),
                        new RefTarget.Timeline(fork(timeline, point))));
                case 11, 12 -> anyPoint(timeline).ifPresent(point -> set(RefName.tag("t" + random.nextInt(5)),
                        RefTarget.Point.of(timeline, point)));
                case 13 -> anyPoint(timeline).ifPresent(point -> set(
                        new RefName("refs/remotes/origin/branches/b" + random.nextInt(3)),
                        RefTarget.Point.of(timeline, point)));
                case 14 -> delete();
                case 15 -> anyPoint(timeline).ifPresent(point -> lease(timeline, point));
                case 16 -> clock.pass(Duration.ofDays(random.nextInt(5)));
                case 17 -> checkout(timeline);
                case 18 -> repository.config().set("gc.horizon", random.nextInt(12) * (PaperRepository.RECORD / 1024) + "kB");
                default -> collect();
            }
        }

        private TimelineId anyBranch() {
            List<RefTarget> branches = new ArrayList<>(repository.refs().list(RefName.Kind.BRANCH).values());
            return ((RefTarget.Timeline) branches.get(random.nextInt(branches.size()))).id();
        }

        /** A point that can be had now: only such can be named. */
        private Optional<Lsn> anyPoint(TimelineId timeline) {
            List<Lsn> points = new ArrayList<>(line(timeline).keySet());
            Lsn point = points.get(random.nextInt(points.size()));
            return canBeHad(timeline, point) ? Optional.of(point) : Optional.empty();
        }

        private boolean canBeHad(TimelineId timeline, Lsn point) {
            try {
                paper.state(timeline, point);
                return true;
            } catch (RuntimeException gone) {
                return false;
            }
        }

        /** All states of a timeline and of its ancestors up to each fork. */
        private NavigableMap<Lsn, String> line(TimelineId timeline) {
            NavigableMap<Lsn, String> line = new TreeMap<>();
            for (Ancestor ancestor : repository.timelines().history(timeline).ancestors()) {
                line.putAll(states.get(ancestor.timeline()).headMap(ancestor.forkPoint(), true));
            }
            line.putAll(states.get(timeline));
            return line;
        }

        private void write(TimelineId timeline) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                String before = states.get(timeline).lastEntry().getValue();
                states.get(timeline).put(paper.write(timeline, ++number), before + number + ",");
            }
        }

        private TimelineId fork(TimelineId parent, Lsn at) {
            String state = line(parent).get(at);
            TimelineId id = paper.fork(parent, at);
            states.put(id, new TreeMap<>(Map.of(at, state)));
            return id;
        }

        private void set(RefName ref, RefTarget target) {
            remember(ref);
            repository.refs().begin("set").set(ref, target).commit();
        }

        private void delete() {
            List<RefName> names = new ArrayList<>();
            for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH)) {
                names.addAll(repository.refs().list(kind).keySet());
            }
            names.remove(RefName.branch("main"));
            if (!names.isEmpty()) {
                RefName ref = names.get(random.nextInt(names.size()));
                remember(ref);
                repository.refs().begin("delete").delete(ref, repository.refs().read(ref).orElseThrow()).commit();
            }
        }

        /** HEAD goes to a timeline of its own, and perhaps the branch follows, as commit does. */
        private void checkout(TimelineId timeline) {
            anyPoint(timeline).ifPresent(point -> {
                TimelineId temporary = fork(timeline, point);
                set(RefName.HEAD, new RefTarget.Timeline(temporary));
                write(temporary);
                if (random.nextBoolean()) {
                    set(RefName.branch("main"), new RefTarget.Timeline(temporary));
                    set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("main")));
                }
            });
        }

        private void remember(RefName ref) {
            repository.refs().read(ref).flatMap(this::asker).ifPresent(asker -> former.put(
                    asker.to().isPresent() ? asker : new Asker(asker.timeline(), END, Optional.of(END)), clock.instant().plus(LOG)));
        }

        private Optional<Asker> asker(RefTarget target) {
            return switch (target) {
                case RefTarget.Timeline whole -> Optional.of(new Asker(whole.id(), Lsn.ZERO, Optional.empty()));
                case RefTarget.Point point ->
                        Optional.of(new Asker(point.timeline(), point.lsn(), Optional.of(point.lsn())));
                case RefTarget.Symbolic elsewhere -> Optional.empty();
            };
        }

        private void lease(TimelineId timeline, Lsn point) {
            Instant end = clock.instant().plus(Duration.ofHours(random.nextInt(100)));
            repository.leases().take("test", Lease.Span.ofPoint(timeline, point), end);
            leases.put(new Asker(timeline, point, Optional.of(point)), end);
        }

        /** Who asks for something now. */
        private Set<Asker> askers() {
            Set<Asker> askers = new HashSet<>();
            long horizon = repository.config().getBytes("gc.horizon").orElse(Long.MAX_VALUE);
            for (RefName.Kind kind : RefName.Kind.values()) {
                repository.refs().list(kind).forEach((name, target) -> asker(target).ifPresent(asker -> {
                    if (asker.to().isEmpty()) {
                        Lsn end = paper.end(asker.timeline());
                        askers.add(new Asker(asker.timeline(), horizon > end.value() ? Lsn.ZERO : end.plus(-horizon),
                                Optional.empty()));
                    } else {
                        askers.add(asker);
                    }
                }));
            }
            former.forEach((asker, until) -> {
                if (clock.instant().isBefore(until) && repository.timelines().exists(asker.timeline())) {
                    Lsn point = asker.from().equals(END) ? paper.end(asker.timeline()) : asker.from();
                    askers.add(new Asker(asker.timeline(), point, Optional.of(point)));
                }
            });
            leases.forEach((asker, until) -> {
                if (clock.instant().isBefore(until)) {
                    askers.add(asker);
                }
            });
            return askers;
        }

        /** The points that somebody asks for and that can be had, each with its state. */
        private Map<Asker, String> wanted() {
            Map<Asker, String> wanted = new LinkedHashMap<>();
            for (Asker asker : askers()) {
                if (repository.timelines().exists(asker.timeline())) {
                    line(asker.timeline()).forEach((point, state) -> {
                        if (!point.isBefore(asker.from()) && asker.to().filter(point::isAfter).isEmpty()
                                && canBeHad(asker.timeline(), point)) {
                            wanted.put(new Asker(asker.timeline(), point, Optional.of(point)), state);
                        }
                    });
                }
            }
            return wanted;
        }

        void collect() {
            clock.pass(Duration.ofHours(2));
            Map<Asker, String> wanted = wanted();
            // Each branch's end must always be there.
            repository.refs().list(RefName.Kind.BRANCH).forEach((name, target) -> {
                TimelineId id = ((RefTarget.Timeline) target).id();
                assertTrue(wanted.containsKey(new Asker(id, paper.end(id), Optional.of(paper.end(id)))), name + " has no end");
            });
            if (random.nextInt(3) == 0) {
                fold();
            }
            Optional<Duration> grace = random.nextBoolean() ? Optional.of(Duration.ZERO) : Optional.of(Duration.ofDays(2));
            GarbageCollection.Result result = paper.gc().collect(grace, () -> { });
            collections++;
            removed += result.removed().size();
            check(wanted);
            assertEquals(List.of(), paper.gc().plan().removed(), "what a second collection finds");
            if (random.nextInt(3) == 0) {
                Trash trash = paper.trash();
                List<Trash.Bin> bins = trash.list();
                Collections.shuffle(bins, random);
                bins.forEach(bin -> putBack(trash, bin));
                check(wanted);
                paper.gc().plan();
            }
        }

        /** Unless it lies on what is still in another bin. */
        private static void putBack(Trash trash, Trash.Bin bin) {
            try {
                trash.restore(bin.id());
            } catch (ConflictException later) {
                assertTrue(String.valueOf(later.getMessage()).endsWith("is gone"), later.getMessage());
            }
        }

        /** As {@code gc --aggressive}; afterwards no needed point has a long way that could be shorter. */
        private void fold() {
            List<SnapshotName> points = paper.foldablePoints();
            points.stream().filter(point -> canBeHad(point.timeline(), point.lsn())).forEach(point -> {
                paper.snapshot(point.timeline(), point.lsn(), random.nextBoolean());
                folded++;
            });
            assertTrue(paper.foldablePoints().stream().noneMatch(point -> canBeHad(point.timeline(), point.lsn())), points::toString);
        }

        private void check(Map<Asker, String> wanted) {
            wanted.forEach((point, state) -> {
                assertEquals(state, paper.state(point.timeline(), point.from()), point::toString);
                checked++;
            });
        }
    }
}
