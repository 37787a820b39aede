package dev.neon.fsck;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which segments a timeline has as files of its own, as runs without a gap, so that a look for gaps is short. */
final class OwnSegments {
    /** Both inclusive, numbers of segments. */
    record Run(long first, long last) {}

    private final Path directory;
    private final ClusterIdentity identity;
    private final List<Run> runs = new ArrayList<>();

    private OwnSegments(Path directory, ClusterIdentity identity) {
        this.directory = directory;
        this.identity = identity;
    }

    /**
     * Looks.
     *
     * @param directory may be missing
     * @param promised  segments that count as if they were there
     */
    static OwnSegments of(Path directory, ClusterIdentity identity, SortedSet<Long> promised) {
        OwnSegments segments = new OwnSegments(directory, identity);
        TreeSet<Long> numbers = new TreeSet<>(promised);
        try {
            for (Path file : Directories.list(directory)) {
                SegmentName.parse(file.getFileName().toString(), identity.segmentSize())
                        .filter(name -> name.timeline() == identity.walTimeline()
                                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .ifPresent(name -> numbers.add(name.number()));
            }
        } catch (NoSuchFileException none) {
            // Nothing was written yet; something may be promised.
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
        for (long number : numbers) {
            if (!segments.runs.isEmpty() && segments.runs.getLast().last() == number - 1) {
                segments.runs.set(segments.runs.size() - 1, new Run(segments.runs.getLast().first(), number));
            } else {
                segments.runs.add(new Run(number, number));
            }
        }
        return segments;
    }

    long number(Lsn lsn) {
        return Long.divideUnsigned(lsn.value(), identity.segmentSize());
    }

    /** Where the first one begins; empty if there is none. */
    Optional<Lsn> begin() {
        return runs.isEmpty() ? Optional.empty() : Optional.of(start(runs.getFirst().first()));
    }

    /** Where the last one ends; empty if there is none. */
    Optional<Lsn> end() {
        return runs.isEmpty() ? Optional.empty() : Optional.of(start(runs.getLast().last() + 1));
    }

    Lsn start(long number) {
        return new Lsn(number * identity.segmentSize());
    }

    Path file(long number) {
        return directory.resolve(new SegmentName(identity.walTimeline(), number, identity.segmentSize()).toString());
    }

    boolean has(long number) {
        return runs.stream().anyMatch(run -> run.first() <= number && number <= run.last());
    }

    /** The runs of those that are not there. @param last inclusive */
    List<Run> missing(long first, long last) {
        List<Run> gaps = new ArrayList<>();
        long from = first;
        for (Run run : runs) {
            if (run.last() >= from && run.first() <= last) {
                if (run.first() > from) {
                    gaps.add(new Run(from, run.first() - 1));
                }
                from = run.last() + 1;
            }
        }
        if (from <= last) {
            gaps.add(new Run(from, last));
        }
        return gaps;
    }
}
