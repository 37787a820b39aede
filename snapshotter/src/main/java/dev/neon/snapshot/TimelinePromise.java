package dev.neon.snapshot;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import dev.neon.wal.PromisedWal;
import dev.neon.wal.SegmentName;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The WAL that is promised of a timeline, as its file said when that was first looked at. */
final class TimelinePromise implements PromisedWal {
    /** Segments that are brought at a time for somebody who reads on. */
    private static final long MOST_AHEAD = 32;

    private final Repository repository;
    private final TimelineId timeline;
    private final ClusterIdentity cluster;
    private Optional<SortedSet<Long>> segments = Optional.empty();
    private long ahead = 1;

    TimelinePromise(Repository repository, TimelineId timeline, ClusterIdentity cluster) {
        this.repository = repository;
        this.timeline = timeline;
        this.cluster = cluster;
    }

    /** The segments of a promise. */
    static SortedSet<Long> segments(Promise promise, int segmentSize) {
        SortedSet<Long> numbers = new TreeSet<>();
        for (Promise.Run run : promise.wal()) {
            for (long number = number(run.from(), segmentSize); number * segmentSize < run.to().value(); number++) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static long number(Lsn lsn, int segmentSize) {
        return Long.divideUnsigned(lsn.value(), segmentSize);
    }

    @Override
    public synchronized SortedSet<Long> segments() {
        if (segments.isEmpty()) {
            segments = Optional.of(repository.promises().of(timeline).map(promise -> segments(promise, cluster.segmentSize()))
                    .orElseGet(TreeSet::new));
        }
        return segments.get();
    }

    @Override
    public void bring(long number) {
        long last;
        synchronized (this) {
            last = number + ahead;
            ahead = Math.min(MOST_AHEAD, ahead * 2);
        }
        List<PromisedPart> wanted = new ArrayList<>();
        segments().subSet(number, last).forEach(each -> wanted.addAll(missing(each)));
        repository.promises().fetch(wanted);
    }

    @Override
    public List<PromisedPart> missing(long number) {
        SegmentName name = new SegmentName(cluster.walTimeline(), number, cluster.segmentSize());
        Optional<Promise> promise = repository.promises().of(timeline);
        if (promise.isEmpty() || Files.exists(repository.timelines().walDirectory(timeline).resolve(name.toString()))) {
            return List.of();
        }
        return promise.get().between(name.start(), name.end()).stream()
                .map(run -> (PromisedPart) new PromisedPart.Wal(timeline, run.from(), run.to())).toList();
    }
}
