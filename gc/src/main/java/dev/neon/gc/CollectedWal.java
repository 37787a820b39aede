package dev.neon.gc;

import dev.neon.fsck.NeededPoints;
import dev.neon.gc.SweepPlan.Kind;
import dev.neon.gc.SweepPlan.Removal;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The WAL that collections have removed of timelines that are still there, {@code logs/collected}: so that nobody takes it for
 * lost. A line for each segment, {@code <timeline> TAB <first LSN> TAB <LSN after the last>}; a last line without its newline
 * was torn and does not count.
 */
public final class CollectedWal implements NeededPoints {
    private final Repository repository;
    private final Path file;

    public CollectedWal(Repository repository) {
        this.repository = repository;
        this.file = repository.directory().resolve("logs").resolve("collected");
    }

    /** @param end exclusive */
    private record Gap(Lsn start, Lsn end) {}

    /** Writes down what is about to be removed, durably. */
    void record(List<Removal> removals) {
        StringBuilder lines = new StringBuilder();
        for (Removal removal : removals) {
            if (removal.kind() == Kind.WAL_SEGMENT) {
                repository.timelines().history(removal.timeline()).cluster()
                        .flatMap(cluster -> SegmentName.parse(removal.path().getFileName().toString(), cluster.segmentSize()))
                        .ifPresent(name -> lines.append(removal.timeline()).append('\t').append(name.start()).append('\t')
                                .append(name.end()).append('\n'));
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        try {
            // A torn line before would take the next one with it.
            repository.files().steps().append(file, ("\n" + lines).getBytes(StandardCharsets.UTF_8));
            repository.files().steps().syncAll(List.of(file, file.getParent()));
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    private Map<TimelineId, List<Gap>> read() {
        Map<TimelineId, List<Gap>> gaps = new HashMap<>();
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return gaps;
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            String[] fields = line.split("\t");
            try {
                if (fields.length == 3) {
                    gaps.computeIfAbsent(new TimelineId(fields[0]), _ -> new ArrayList<>())
                            .add(new Gap(Lsn.parse(fields[1]), Lsn.parse(fields[2])));
                }
            } catch (InvalidInputException torn) {
                continue;
            }
        }
        return gaps;
    }

    /** Behind the last WAL of the line that was removed: the first snapshot there, or where that WAL ended if there is none. */
    @Override
    public Optional<Lsn> from(String ref, TimelineId timeline) {
        Map<TimelineId, List<Gap>> gaps = read();
        TimelineHistory history = repository.timelines().history(timeline);
        Lsn floor = Lsn.ZERO;
        TreeSet<Lsn> snapshots = new TreeSet<>();
        for (Ancestor ancestor : history.ancestors()) {
            floor = Lsn.max(floor, floor(gaps.get(ancestor.timeline()), ancestor.forkPoint()));
            snapshots.addAll(snapshots(ancestor.timeline()).headSet(ancestor.forkPoint(), true));
        }
        floor = Lsn.max(floor, floor(gaps.get(timeline), Root.OPEN));
        snapshots.addAll(snapshots(timeline));
        return floor.equals(Lsn.ZERO) ? Optional.empty()
                : Optional.of(Optional.ofNullable(snapshots.ceiling(floor)).orElse(floor));
    }

    private static Lsn floor(List<Gap> gaps, Lsn limit) {
        Lsn floor = Lsn.ZERO;
        for (Gap gap : gaps == null ? List.<Gap>of() : gaps) {
            if (gap.start().isBefore(limit)) {
                floor = Lsn.max(floor, Lsn.min(gap.end(), limit));
            }
        }
        return floor;
    }

    private TreeSet<Lsn> snapshots(TimelineId timeline) {
        TreeSet<Lsn> snapshots = new TreeSet<>();
        Path directory = repository.timelines().snapshotsDirectory(timeline);
        try {
            Directories.list(directory).stream().map(place -> place.getFileName().toString())
                    .filter(name -> name.matches("[0-9A-F]{16}")).map(Lsn::parseFileName).forEach(snapshots::add);
        } catch (NoSuchFileException none) {
            return snapshots;
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
        return snapshots;
    }
}
