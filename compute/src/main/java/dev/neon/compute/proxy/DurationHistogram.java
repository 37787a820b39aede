package dev.neon.compute.proxy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How often something took how long. Safe for threads. */
public final class DurationHistogram {
    /** A server starts in a fifth of a second, from a snapshot of a large database in some, on a busy machine in many. */
    private static final List<Duration> BOUNDS = LongStream.of(100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000)
            .mapToObj(Duration::ofMillis).toList();

    /** The last is for what took longer than all bounds. */
    private final List<LongAdder> counts = Stream.generate(LongAdder::new).limit(BOUNDS.size() + 1).toList();
    private final LongAdder nanos = new LongAdder();

    /**
     * The numbers of one moment.
     *
     * @param bounds     ascending
     * @param cumulative how many took at most as long as each bound, and last how many there were
     * @param sum        of all
     */
    public record Counts(List<Duration> bounds, List<Long> cumulative, Duration sum) {
        /** How many there were. */
        public long count() {
            return cumulative.getLast();
        }
    }

    void add(Duration took) {
        int at = 0;
        while (at < BOUNDS.size() && took.compareTo(BOUNDS.get(at)) > 0) {
            at++;
        }
        counts.get(at).increment();
        nanos.add(took.toNanos());
    }

    Counts counts() {
        long[] sums = counts.stream().mapToLong(LongAdder::sum).toArray();
        for (int i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
        return new Counts(BOUNDS, LongStream.of(sums).boxed().toList(), Duration.ofNanos(nanos.sum()));
    }
}
