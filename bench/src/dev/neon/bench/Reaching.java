package dev.neon.bench;

import dev.neon.gc.Reachability;
import dev.neon.gc.Root;
import dev.neon.gc.TimelineFacts;
import dev.neon.gc.TimelineFacts.Fork;
import dev.neon.gc.TimelineFacts.SnapshotFacts;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** What is needed of very many timelines: the first time that a process finds it out, and once its compilers are done. */
final class Reaching implements Benchmark {
    private static final long LENGTH = 1L << 30;

    @Override
    public String name() {
        return "reach";
    }

    @Override
    public String title() {
        return "what is needed, by whom: timelines in memory, a branch on each, every tenth with two snapshots";
    }

    @Override
    public void run(Lab lab) {
        int count = lab.scale(1_000, 100_000);
        Map<String, List<TimelineFacts>> shapes = new LinkedHashMap<>();
        shapes.put("all forked from one", timelines(count, (i, random) -> 0));
        shapes.put("each forked from any", timelines(count, (i, random) -> random.nextInt(i)));
        shapes.put("each forked from the one before", timelines(count, (i, random) -> i - 1));
        shapes.forEach((what, timelines) -> {
            List<Root> roots = new ArrayList<>(timelines.size());
            timelines.forEach(each -> roots.add(new Root("refs/branches/b", each.id(), begin(each.fork()).plus(1), Root.OPEN)));
            Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
            contestants.put(count + " timelines, " + what, round -> {
                long begin = System.nanoTime();
                if (Reachability.of(roots, timelines).kept().size() != count) {
                    throw new IllegalStateException("some are not kept");
                }
                return (System.nanoTime() - begin) / 1e6;
            });
            Interleaved.run(contestants, lab.scale(1, 5)).forEach((row, times) ->
                    lab.report().row(row, "ms", times, "≤ 2000"));
        });
    }

    /** Who a timeline is forked from. */
    private interface Shape {
        int parent(int timeline, Random random);
    }

    private static List<TimelineFacts> timelines(int count, Shape shape) {
        Random random = new Random(1);
        List<TimelineFacts> timelines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TimelineId id = new TimelineId("%032x".formatted(i));
            Optional<Fork> fork = Optional.empty();
            if (i > 0) {
                TimelineFacts parent = timelines.get(shape.parent(i, random));
                fork = Optional.of(new Fork(parent.id(), begin(parent.fork()).plus(random.nextLong(LENGTH))));
            }
            Lsn begin = begin(fork);
            List<SnapshotFacts> snapshots = i % 10 > 0 ? List.of() : List.of(
                    new SnapshotFacts(begin, begin, Optional.empty()),
                    new SnapshotFacts(begin.plus(LENGTH / 2), begin.plus(LENGTH / 2),
                            Optional.of(new SnapshotName(id, begin))));
            timelines.add(new TimelineFacts(id, fork, snapshots));
        }
        return timelines;
    }

    /** Where a timeline begins. */
    private static Lsn begin(Optional<Fork> fork) {
        return fork.map(Fork::at).orElse(new Lsn(1));
    }
}
