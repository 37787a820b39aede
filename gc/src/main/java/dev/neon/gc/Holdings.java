package dev.neon.gc;

import dev.neon.gc.LsnRanges.Range;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The snapshots and WAL segments that a repository has, with their bytes. */
final class Holdings {
    /** A server that goes on with a timeline looks at the segment that it writes, and at the record before. */
    private static final int LAST_SEGMENTS = 2;

    /**
     * A snapshot or a WAL segment, which goes or stays as a whole.
     */
    sealed interface Item {
        TimelineId timeline();

        Path path();

        /** What it takes on disk. */
        long bytes();
    }

    record SnapshotItem(TimelineId timeline, Lsn lsn, Path path, long bytes) implements Item {}

    record Segment(TimelineId timeline, SegmentName name, Path path, long bytes) implements Item {}

    /** @param segments by their numbers */
    private record OfTimeline(Map<Lsn, SnapshotItem> snapshots, NavigableMap<Long, Segment> segments,
            Optional<Integer> segmentSize, Optional<TimelineFacts.Fork> fork) {
        Optional<TimelineId> parent() {
            return fork.map(TimelineFacts.Fork::parent);
        }

        Stream<Item> items() {
            return Stream.concat(snapshots.values().stream(), segments.values().stream());
        }
    }

    private final Map<TimelineId, OfTimeline> timelines = new HashMap<>();

    private Holdings() {}

    static Holdings read(Repository repository, SnapshotStore snapshots, RepositoryFacts facts) {
        Holdings holdings = new Holdings();
        for (TimelineFacts timeline : facts.timelines()) {
            TimelineId id = timeline.id();
            Map<Lsn, SnapshotItem> own = new HashMap<>();
            for (Snapshot snapshot : facts.snapshots(id)) {
                own.put(snapshot.lsn(),
                        new SnapshotItem(id, snapshot.lsn(), snapshot.directory(), snapshots.bytes(snapshot)));
            }
            Optional<Integer> size = facts.segmentSize(id);
            holdings.timelines.put(id, new OfTimeline(own, segments(repository, id, size), size,
                    timeline.fork()));
        }
        return holdings;
    }

    /** The segments that a timeline has, by their numbers. */
    static NavigableMap<Long, Segment> segments(Repository repository, TimelineId id, Optional<Integer> size) {
        Path directory = repository.timelines().walDirectory(id);
        NavigableMap<Long, Segment> segments = new TreeMap<>();
        try {
            for (Path file : size.isEmpty() ? List.<Path>of() : Directories.list(directory)) {
                Optional<SegmentName> name = SegmentName.parse(file.getFileName().toString(), size.get());
                // Links stand for ancestors' segments.
                if (name.isPresent() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    segments.put(name.get().number(), new Segment(id, name.get(), file, Files.size(file)));
                }
            }
        } catch (NoSuchFileException none) {
            return segments;
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
        return segments;
    }

    /** All that there are. */
    Stream<Item> items() {
        return timelines.values().stream().flatMap(OfTimeline::items);
    }

    /** Those of one timeline. */
    Stream<Item> items(TimelineId timeline) {
        return timelines.get(timeline).items();
    }

    /** What is kept, if only the roots count. */
    Set<Item> items(Reachability reachability) {
        Set<Item> needed = new HashSet<>();
        reachability.kept().forEach((id, kept) -> {
            OfTimeline timeline = timelines.get(id);
            kept.snapshots().stream().filter(timeline.snapshots()::containsKey).map(timeline.snapshots()::get)
                    .forEach(needed::add);
            kept.wal().ranges().forEach(range -> keep(id, range, needed));
        });
        return withFirstsOfForks(needed);
    }

    /**
     * With segments, the one in which their timeline goes on from its parent. Without it, the parent's file of that name would
     * stand for it, which ends at the fork: that would look as if the timeline did.
     */
    private Set<Item> withFirstsOfForks(Set<Item> needed) {
        needed.stream().filter(Segment.class::isInstance).map(Item::timeline).distinct().toList()
                .forEach(id -> firstOfFork(timelines.get(id)).ifPresent(needed::add));
        return needed;
    }

    private static Optional<Segment> firstOfFork(OfTimeline timeline) {
        return timeline.fork().filter(_ -> timeline.segmentSize().isPresent())
                .map(fork -> timeline.segments().get(number(fork.at(), timeline)));
    }

    /**
     * The segments of a range, with that of the byte before: a record begins somewhere, and the next one names it.
     * Where the timeline has that only from its parent, it is the parent's.
     */
    private void keep(TimelineId id, Range range, Set<Item> needed) {
        OfTimeline timeline = timelines.get(id);
        if (timeline.segmentSize().isEmpty()) {
            needed.addAll(timeline.segments().values());
            return;
        }
        long first = number(before(range.from()), timeline);
        long last = number(range.to(), timeline);
        needed.addAll(timeline.segments().subMap(first, true, last, true).values());
        if (range.to().equals(Root.OPEN)) {
            timeline.segments().descendingMap().values().stream().limit(LAST_SEGMENTS).forEach(needed::add);
        }
        Optional<TimelineId> holder = Optional.of(id);
        while (holder.isPresent() && timelines.containsKey(holder.get())) {
            Segment found = timelines.get(holder.get()).segments().get(first);
            if (found != null) {
                needed.add(found);
                return;
            }
            holder = timelines.get(holder.get()).parent();
        }
    }

    /** The segments that a data directory replays: of a timeline and its ancestors, from a redo point on. */
    Collection<Item> replayed(TimelineId id, Lsn redo) {
        Set<Item> needed = new HashSet<>();
        Optional<TimelineId> holder = Optional.of(id);
        Lsn end = Root.OPEN;
        while (holder.isPresent() && timelines.containsKey(holder.get())) {
            OfTimeline timeline = timelines.get(holder.get());
            if (timeline.segmentSize().isPresent() && !redo.isAfter(end)) {
                needed.addAll(timeline.segments()
                        .subMap(number(before(redo), timeline), true, number(end, timeline), true).values());
            }
            end = timeline.fork().isPresent() ? Lsn.min(end, timeline.fork().get().at()) : end;
            holder = timeline.parent();
        }
        return withFirstsOfForks(needed);
    }

    private static long number(Lsn lsn, OfTimeline timeline) {
        return Long.divideUnsigned(lsn.value(), timeline.segmentSize().orElseThrow());
    }

    private static Lsn before(Lsn lsn) {
        return lsn.equals(Lsn.ZERO) ? lsn : lsn.plus(-1);
    }

    static long bytes(Stream<? extends Item> items) {
        return items.mapToLong(Item::bytes).sum();
    }
}
