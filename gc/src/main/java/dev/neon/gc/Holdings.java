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
import java.util.Optional;

/** The snapshots and WAL segments that a repository has, with their bytes. */
final class Holdings {
    /** @param end exclusive */
    private record Segment(Lsn start, Lsn end, long bytes) {}

    private record OfTimeline(Map<Lsn, Long> snapshots, List<Segment> segments) {
        long bytes() {
            return snapshots.values().stream().mapToLong(Long::longValue).sum()
                    + segments.stream().mapToLong(Segment::bytes).sum();
        }

        long bytes(Kept kept) {
            return kept.snapshots().stream().mapToLong(lsn -> snapshots.getOrDefault(lsn, 0L)).sum()
                    + segments.stream().filter(segment -> kept.wal().touches(segment.start(), segment.end().plus(-1)))
                            .mapToLong(Segment::bytes).sum();
        }
    }

    private final Map<TimelineId, OfTimeline> timelines = new HashMap<>();

    private Holdings() {}

    static Holdings read(Repository repository, SnapshotStore snapshots) {
        Holdings holdings = new Holdings();
        for (TimelineId id : repository.timelines().list()) {
            Map<Lsn, Long> bytes = new HashMap<>();
            for (Snapshot snapshot : snapshots.list(id)) {
                bytes.put(snapshot.lsn(), snapshots.bytes(snapshot));
            }
            holdings.timelines.put(id, new OfTimeline(bytes, segments(repository, id)));
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
                    segments.add(new Segment(name.get().start(), name.get().end(), Files.size(file)));
                }
            }
        } catch (NoSuchFileException none) {
            return segments;
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
        return segments;
    }

    /** Bytes of all. */
    long bytes() {
        return timelines.values().stream().mapToLong(OfTimeline::bytes).sum();
    }

    /** Bytes of what is kept. */
    long bytes(Reachability reachability) {
        return reachability.kept().entrySet().stream()
                .mapToLong(each -> timelines.get(each.getKey()).bytes(each.getValue())).sum();
    }
}
