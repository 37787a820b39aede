package dev.neon.fsck;

import dev.neon.fsck.Course.Stop;
import dev.neon.fsck.Finding.Affected;
import dev.neon.inspect.RevisionRanges;
import dev.neon.inspect.WalDefect;
import dev.neon.inspect.WalVerification;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Checks a repository: refs, histories, snapshots, WAL, and that from these each branch and tag can be reached. Changes
 * nothing; servers may run.
 */
public final class RepositoryCheck {
    private final Repository repository;
    private final SnapshotStore snapshots;
    private final RepositoryWal wal;
    private final RevisionRanges ranges;
    private final Consumer<Finding> each;
    private final Map<TimelineId, List<Stop>> stops = new LinkedHashMap<>();
    private final List<Course> courses = new ArrayList<>();

    /** @param each told of all that is found */
    public RepositoryCheck(Repository repository, SnapshotStore snapshots, RepositoryWal wal, RevisionRanges ranges,
            Consumer<Finding> each) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.wal = wal;
        this.ranges = ranges;
        this.each = each;
    }

    /** What was read. */
    public record Summary(int refs, int timelines, int snapshots, long walRecords, long walBytes) {}

    /** A damage of which it is not said yet whom it affects. */
    private record Pending(Damage damage, TimelineId timeline, Lsn lsn) {}

    /**
     * Checks.
     *
     * @param chosen the timelines whose snapshots and WAL are read
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Summary run(Predicate<TimelineId> chosen) throws InterruptedException {
        List<TimelineId> timelines = readable(repository.timelines().list());
        List<Pending> damaged = new ArrayList<>();
        timelines.forEach(timeline -> open(timeline, damaged));
        int refs = refs();
        damaged.stream().filter(pending -> chosen.test(pending.timeline())).forEach(this::snapshot);
        int snapshotCount = 0;
        long records = 0;
        long bytes = 0;
        for (TimelineId timeline : timelines) {
            if (chosen.test(timeline)) {
                snapshotCount += snapshots(timeline);
                WalVerification verified = wal(timeline);
                records += verified.records();
                bytes += verified.bytes();
            }
        }
        courses.stream().filter(course -> chosen.test(course.timeline())).forEach(this::reach);
        return new Summary(refs, timelines.size(), snapshotCount, records, bytes);
    }

    private List<TimelineId> readable(List<TimelineId> all) {
        List<TimelineId> readable = new ArrayList<>();
        for (TimelineId timeline : all) {
            try {
                repository.timelines().history(timeline);
                readable.add(timeline);
            } catch (CorruptFileException damage) {
                each.accept(new Finding(Damage.of("history", Optional.empty(), damage), Optional.of(timeline),
                        List.of(), false));
            }
        }
        return readable;
    }

    private void open(TimelineId timeline, List<Pending> damaged) {
        List<Stop> found = new ArrayList<>();
        for (Path place : snapshots.places(timeline)) {
            try {
                found.add(Stop.of(snapshots.open(timeline, place)));
            } catch (CorruptFileException damage) {
                Lsn lsn = Lsn.parseFileName(place.getFileName().toString());
                found.add(new Stop(timeline, lsn, lsn, Optional.empty()));
                damaged.add(new Pending(Damage.of("manifest", Optional.of(lsn), damage), timeline, lsn));
            }
        }
        stops.put(timeline, found);
    }

    private int refs() {
        int count = 0;
        for (RefName.Kind kind : RefName.Kind.values()) {
            RefStore.Listing listing = repository.refs().listing(kind);
            listing.damaged().forEach((name, damage) -> each.accept(new Finding(
                    Damage.of("ref", Optional.empty(), damage), Optional.empty(),
                    List.of(new Affected(name.full(), Lsn.ZERO, Optional.empty())), false)));
            for (Map.Entry<RefName, RefTarget> ref : listing.refs().entrySet()) {
                if (kind != RefName.Kind.HEAD) {
                    count++;
                }
                switch (ref.getValue()) {
                    case RefTarget.Timeline whole -> course(ref.getKey(), whole.id(), Optional.empty());
                    case RefTarget.Point point -> course(ref.getKey(), point.timeline(), Optional.of(point.lsn()));
                    case RefTarget.Symbolic elsewhere -> { }
                }
            }
        }
        return count;
    }

    private void course(RefName name, TimelineId timeline, Optional<Lsn> to) {
        try {
            courses.add(Course.of(name.full(), timeline, to, repository.timelines().history(timeline).ancestors(),
                    stops));
        } catch (NotFoundException | CorruptFileException lost) {
            each.accept(new Finding(new Damage("ref", Optional.empty(), 0, to, Optional.empty(),
                    "a timeline whose history can be read", lost.getMessage()), Optional.of(timeline),
                    List.of(new Affected(name.full(), to.orElse(Lsn.ZERO), Optional.empty())), false));
        }
    }

    private List<Affected> affected(Function<Course, List<Affected>> by) {
        return courses.stream().flatMap(course -> by.apply(course).stream()).toList();
    }

    private void snapshot(Pending pending) {
        each.accept(new Finding(pending.damage(), Optional.of(pending.timeline()),
                affected(course -> course.withoutSnapshot(pending.timeline(), pending.lsn())), false));
    }

    private int snapshots(TimelineId timeline) {
        int count = 0;
        for (Path place : snapshots.places(timeline)) {
            Snapshot snapshot;
            try {
                snapshot = snapshots.open(timeline, place);
            } catch (CorruptFileException said) {
                continue;
            }
            count++;
            try (Progress.Task task = repository.context().progress().begin("checking the snapshot at "
                    + snapshot.lsn(), Progress.UNKNOWN_TOTAL, Progress.Unit.BYTES)) {
                new SnapshotCheck(snapshots, snapshot, task,
                        damage -> snapshot(new Pending(damage, timeline, snapshot.lsn()))).run();
            }
        }
        return count;
    }

    private WalVerification wal(TimelineId timeline) throws InterruptedException {
        Consumer<WalDefect> defects = defect -> each.accept(new Finding(Damage.of(defect), Optional.of(timeline),
                affected(course -> course.withoutWal(timeline, defect.at())), defect.isOfUnknownForm()));
        try (Progress.Task task = repository.context().progress().begin("checking WAL", Progress.UNKNOWN_TOTAL,
                Progress.Unit.BYTES)) {
            return WalVerification.of(ranges.own(timeline), Runtime.getRuntime().availableProcessors(), task, defects);
        } catch (NotFoundException none) {
            return new WalVerification(0, 0, 0, Lsn.ZERO, Lsn.ZERO, 0);
        }
    }

    /** That there is a snapshot from which the end of a course is reached, and WAL up to there. */
    private void reach(Course course) {
        try {
            Lsn end = wal.end(course.timeline());
            Lsn tip = course.to().orElse(end);
            if (tip.isAfter(end)) {
                unreachable(course, tip, "WAL up to " + tip, "none behind " + end);
                return;
            }
            Optional<Stop> base = course.snapshots().reversed().stream()
                    .filter(stop -> !stop.lsn().isAfter(tip)).findFirst();
            if (base.isEmpty()) {
                unreachable(course, tip, "a snapshot at or below " + tip, "none");
                return;
            }
            WalSource source = wal.source(course.timeline());
            Lsn from = base.get().redo();
            if (from.isBefore(tip) && source.path(from.value() / source.segmentSize()).isEmpty()) {
                unreachable(course, tip, "WAL from the snapshot at " + base.get().lsn() + " on", "none");
            }
        } catch (CorruptFileException | NotFoundException failure) {
            unreachable(course, course.to().orElse(Lsn.ZERO), "a point that can be reached", failure.getMessage());
        }
    }

    private void unreachable(Course course, Lsn tip, String expected, String found) {
        each.accept(new Finding(new Damage("reach", Optional.empty(), 0, Optional.of(tip), Optional.empty(), expected,
                found), Optional.of(course.timeline()), List.of(new Affected(course.ref(), tip, Optional.empty())),
                false));
    }
}
