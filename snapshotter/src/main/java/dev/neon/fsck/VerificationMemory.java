package dev.neon.fsck;

import dev.neon.inspect.SegmentMemory;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.verified.FileStamp;
import dev.neon.repo.verified.Seam;
import dev.neon.repo.verified.Verified;
import dev.neon.repo.verified.VerifiedFile;
import dev.neon.repo.verified.VerifiedSegment;
import dev.neon.repo.verified.VerifiedSnapshot;
import dev.neon.snapshot.Snapshot;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What earlier runs have read and found whole, and what this one does. What was read is remembered only if its files were
 * the same before and after. Used by one thread.
 */
final class VerificationMemory {
    private static final String FORGET_AFTER = "fsck.forgetAfter";
    private static final Duration FORGET_AFTER_DEFAULT = Duration.ofDays(30);
    /** The coarsest times of file systems in use: two changes within it may leave a file with the same time. */
    private static final Duration COARSEST_TIME = Duration.ofSeconds(2);

    private final Repository repository;
    private final VerifiedFile file;
    private final Duration forgetAfter;
    private final Instant now;
    private final Verified old;
    private final Map<VerifiedSnapshot.Key, VerifiedSnapshot> snapshots = new LinkedHashMap<>();
    private final Map<VerifiedSegment.Key, VerifiedSegment> segments = new LinkedHashMap<>();
    /** Looked at in this run: what is not in the maps above is not good, or not there any more. */
    private final Set<VerifiedSnapshot.Key> seenSnapshots = new HashSet<>();
    private final Set<TimelineId> seenTimelines = new HashSet<>();
    private Optional<Instant> since = Optional.empty();

    /** @param isAfresh whether nothing is known */
    VerificationMemory(Repository repository, boolean isAfresh) {
        this.repository = repository;
        this.file = new VerifiedFile(repository);
        this.forgetAfter = repository.config().getDuration(FORGET_AFTER).orElse(FORGET_AFTER_DEFAULT);
        this.now = repository.context().clock().instant();
        VerifiedFile.Content content = file.read();
        content.problem().ifPresent(problem -> repository.context().warnings().tell("'" + file.path() + "' " + problem
                + ", so all is read as if for the first time"));
        this.old = isAfresh ? Verified.NOTHING : content.verified();
    }

    /** When the oldest of all that was passed over was read. */
    Optional<Instant> since() {
        return since;
    }

    private boolean isFresh(Instant read) {
        return !read.isAfter(now) && read.plus(forgetAfter).isAfter(now);
    }

    private void passedOver(Instant read) {
        since = Optional.of(since.filter(read::isAfter).orElse(read));
    }

    /** A look at a snapshot's files, before they are read. */
    SnapshotStamp look(Snapshot snapshot) {
        return SnapshotStamp.of(snapshot.directory(), settledBefore());
    }

    private Instant settledBefore() {
        return repository.context().clock().instant().minus(COARSEST_TIME);
    }

    /** Whether a snapshot need not be read. */
    boolean knows(Snapshot snapshot, SnapshotStamp stamp) {
        VerifiedSnapshot.Key key = new VerifiedSnapshot.Key(snapshot.timeline(), snapshot.lsn());
        seenSnapshots.add(key);
        Optional<VerifiedSnapshot> known = Optional.ofNullable(old.snapshots().get(key)).filter(read ->
                isFresh(read.read()) && read.manifest().equals(stamp.manifest()) && read.files().equals(stamp.files()));
        known.ifPresent(read -> {
            snapshots.put(key, read);
            passedOver(read.read());
        });
        return known.isPresent();
    }

    /** A snapshot is whole. @param before what {@link #look} saw before it was read */
    void verified(Snapshot snapshot, SnapshotStamp before) {
        if (before.isSettled() && look(snapshot).isSameAs(before)) {
            snapshots.put(new VerifiedSnapshot.Key(snapshot.timeline(), snapshot.lsn()),
                    new VerifiedSnapshot(now, before.manifest(), before.files()));
        }
    }

    /** A timeline's own segments. */
    SegmentMemory segments(TimelineId timeline, WalSource source) {
        seenTimelines.add(timeline);
        return new Segments(timeline, source);
    }

    /** Writes down what is known now. What cannot be written is no reason for a failure: it is read again, then. */
    void save(Predicate<TimelineId> exists) {
        try {
            file.update(others -> new Verified(
                    merged(others.snapshots(), snapshots, key -> exists.test(key.timeline()) && !isSeen(key)),
                    merged(others.segments(), segments, key -> exists.test(key.timeline())
                            && !seenTimelines.contains(key.timeline()))));
        } catch (StorageFailedException | BusyException failure) {
            repository.context().warnings().tell("what was found whole is not remembered for the next run: "
                    + failure.getMessage());
        }
    }

    private boolean isSeen(VerifiedSnapshot.Key key) {
        return seenSnapshots.contains(key) || seenTimelines.contains(key.timeline());
    }

    private static <K, V> Map<K, V> merged(Map<K, V> others, Map<K, V> own, Predicate<K> isKept) {
        Map<K, V> all = new LinkedHashMap<>();
        others.forEach((key, value) -> {
            if (isKept.test(key)) {
                all.put(key, value);
            }
        });
        all.putAll(own);
        return all;
    }

    /** One timeline's. */
    private final class Segments implements SegmentMemory {
        private final TimelineId timeline;
        private final WalSource source;
        /** As each file was before it was read; those that are not there or may still change are left out. */
        private final Map<Long, Optional<FileStamp>> stamps = new HashMap<>();

        Segments(TimelineId timeline, WalSource source) {
            this.timeline = timeline;
            this.source = source;
        }

        private VerifiedSegment.Key key(long number) {
            return new VerifiedSegment.Key(timeline,
                    new SegmentName(source.identity().walTimeline(), number, source.segmentSize()).toString());
        }

        private Optional<FileStamp> stampNow(long number) {
            return source.path(number).filter(path -> path.startsWith(repository.timelines().walDirectory(timeline)))
                    .flatMap(FileStamp::of);
        }

        private Optional<FileStamp> stamp(long number) {
            return stamps.computeIfAbsent(number, asked -> stampNow(asked).filter(stamp ->
                    stamp.isOlderThan(settledBefore())));
        }

        private Optional<VerifiedSegment> unchanged(long number) {
            return Optional.ofNullable(old.segments().get(key(number)))
                    .filter(read -> isFresh(read.read()) && stamp(number).equals(Optional.of(read.file())));
        }

        private boolean isComplete(VerifiedSegment read, long number) {
            return read.to().equals(end(number));
        }

        private Lsn end(long number) {
            return new Lsn((number + 1) * source.segmentSize());
        }

        @Override
        public Optional<Known> known(long segment, Seam before) {
            stamp(segment);
            Optional<VerifiedSegment> known = unchanged(segment).filter(read -> read.before().equals(before));
            known.ifPresent(read -> {
                segments.put(key(segment), read);
                passedOver(read.read());
            });
            return known.map(read -> new Known(read.after(), isComplete(read, segment)));
        }

        @Override
        public boolean mayBeKnown(long segment) {
            stamp(segment);
            return unchanged(segment).filter(read -> isComplete(read, segment)).isPresent();
        }

        @Override
        public void verified(long segment, Seam before, Seam after, boolean isComplete) {
            // Whoever was not asked before reading was not looked at before.
            Optional<FileStamp> stamp = stamps.getOrDefault(segment, Optional.empty());
            if (stamp.isPresent() && stampNow(segment).equals(stamp)) {
                Instant read = Optional.ofNullable(segments.get(key(segment)))
                        .map(VerifiedSegment::read).orElse(now);
                segments.put(key(segment), new VerifiedSegment(stamp.get(), read,
                        isComplete ? end(segment) : after.next(), before, after));
            }
        }
    }
}
