package dev.neon.gc;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The snapshots and WAL segments that a repository has, with their bytes. */
final class Holdings {
    /**
     * A snapshot or a WAL segment, which goes or stays as a whole.
     *
     * @param bytes what it takes on disk
     */
    sealed interface Item {
        long bytes();
    }

    private record SnapshotItem(TimelineId timeline, Lsn lsn, long bytes) implements Item {}

    /** @param end exclusive */
    private record Segment(TimelineId timeline, Lsn start, Lsn end, long bytes) implements Item {}

    private record OfTimeline(Map<Lsn, SnapshotItem> snapshots, List<Segment> segments) {
        Stream<Item> items() {
            return Stream.concat(snapshots.values().stream(), segments.stream());
        }

        Stream<Item> items(Kept kept) {
            return Stream.concat(kept.snapshots().stream().map(snapshots::get).filter(Objects::nonNull),
                    segments.stream().filter(segment -> kept.wal().touches(segment.start(), segment.end().plus(-1))));
        }
    }

    private final Map<TimelineId, OfTimeline> timelines = new HashMap<>();

    private Holdings() {}

    static Holdings read(Repository repository, SnapshotStore snapshots) {
        Holdings holdings = new Holdings();
        for (TimelineId id : repository.timelines().list()) {
            Map<Lsn, SnapshotItem> own = new HashMap<>();
            for (Snapshot snapshot : snapshots.list(id)) {
                own.put(snapshot.lsn(), new SnapshotItem(id, snapshot.lsn(), snapshots.bytes(snapshot)));
            }
            holdings.timelines.put(id, new OfTimeline(own, segments(repository, id)));
        }
        return holdings;
    }

    private static List<Segment> segments(Repository repository, TimelineId id) {
        Optional<Integer> size = repository.timelines().history(id).cluster().map(cluster -> cluster.segmentSize());
        Path directory = repository.timelines().walDirectory(id);
        List<Segment> segments = new ArrayList<>();
        try {
            for (Path file : size.isEmpty() ? List.<Path>of() : Directories.list(directory)) {
                Optional<SegmentName> name = SegmentName.parse(file.getFileName().toString(), size.get());
                // Links stand for ancestors' segments.
                if (name.isPresent() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    segments.add(new Segment(id, name.get().start(), name.get().end(), Files.size(file)));
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

    /** What is kept. */
    Stream<Item> items(Reachability reachability) {
        return reachability.kept().entrySet().stream()
                .flatMap(each -> timelines.get(each.getKey()).items(each.getValue()));
    }
}
