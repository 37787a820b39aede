package dev.neon.fsck;

import dev.neon.fsck.Course.Stop;
import dev.neon.fsck.Finding.Affected;
import dev.neon.inspect.WalDefect;
import dev.neon.inspect.WalRange;
import dev.neon.inspect.WalVerification;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Checks a repository: refs, histories, snapshots, WAL, and that from these each branch and tag can be reached. Servers may
 * run. Changes nothing but the file in which it remembers what it has read and found whole; that is not read again as long
 * as its files stay as they are.
 */
public final class RepositoryCheck {
    private static final String NO_SEGMENT = "no-segment";
    /** The longest page header: a position behind one is the same as that before it. */
    private static final int LONGEST_HEADER = 40;

    private final Repository repository;
    private final SnapshotStore snapshots;
    private final RepositoryWal wal;
    private final Consumer<Finding> each;
    private final VerificationMemory memory;
    private final ReachCheck reach;
    private final Map<TimelineId, List<Stop>> stops = new LinkedHashMap<>();
    private final List<Course> courses = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    /** How a check goes about it. */
    public record Options(boolean isAfresh, boolean remembers, NeededPoints needed) {
        /** What is known is not read; all points of branches are needed. */
        public static final Options USUAL = new Options(false, true, NeededPoints.ALL);
    }

    private final Options options;

    /** @param each told of all that is found */
    public RepositoryCheck(Repository repository, SnapshotStore snapshots, RepositoryWal wal, Options options,
            Consumer<Finding> each) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.wal = wal;
        this.options = options;
        this.each = finding -> {
            findings.add(finding);
            each.accept(finding);
        };
        this.memory = new VerificationMemory(repository, options.isAfresh());
        this.reach = new ReachCheck(repository, wal, options.needed(), this.each);
    }

    /**
     * What was checked.
     *
     * @param snapshots     all
     * @param snapshotsRead those that were read; the others were known
     * @param walRecords    that were read
     * @param walBytes      of these
     * @param walKnown      bytes of WAL that were known
     * @param knownSince    when the oldest of what was known was read; empty if nothing was
     * @param promised      bytes that are not here, but promised by another repository
     */
    public record Summary(int refs, int timelines, int snapshots, int snapshotsRead, long walRecords, long walBytes,
            long walKnown, Optional<Instant> knownSince, long promised) {}

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
        int refs = isJournalWhole() ? refs() : 0;
        damaged.stream().filter(pending -> chosen.test(pending.timeline())).forEach(this::snapshot);
        timelines.stream().filter(chosen).forEach(this::missingParents);
        reach.run(courses.stream().filter(course -> chosen.test(course.timeline())).toList());
        List<Snapshot> all = new ArrayList<>();
        int read;
        long records = 0;
        long bytes = 0;
        long known = 0;
        try {
            timelines.stream().filter(chosen).forEach(timeline -> all.addAll(opened(timeline)));
            read = new SnapshotChecks(snapshots, memory, repository.context().progress(), (snapshot, damage) ->
                    snapshot(new Pending(damage, snapshot.timeline(), snapshot.lsn()))).run(all);
            for (TimelineId timeline : timelines) {
                if (chosen.test(timeline)) {
                    WalVerification verified = wal(timeline);
                    records += verified.records();
                    bytes += verified.bytes();
                    known += verified.known();
                    end(timeline, verified);
                }
            }
        } finally {
            if (options.remembers()) {
                memory.save(repository.timelines()::exists);
            }
        }
        return new Summary(refs, timelines.size(), all.size(), read, records, bytes, known, memory.since(), promised(timelines, chosen));
    }

    private long promised(List<TimelineId> timelines, Predicate<TimelineId> chosen) {
        return timelines.stream().filter(chosen).flatMap(timeline -> snapshots.promised().ofTimeline(timeline).stream())
                .mapToLong(PromisedPart::bytes).sum();
    }

    /** What would mend what was found, in words for people. Asked after {@link #run}. */
    public String remedy(Finding finding) {
        return new Remedy(courses, stops, findings).of(finding);
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

    /** A damaged journal hides all refs. */
    private boolean isJournalWhole() {
        try {
            repository.log().pending();
            return true;
        } catch (CorruptFileException damage) {
            each.accept(new Finding(Damage.of("journal", Optional.empty(), damage), Optional.empty(), List.of(), false));
            return false;
        }
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

    private void missingParents(TimelineId timeline) {
        for (Stop stop : stops.getOrDefault(timeline, List.of())) {
            stop.parent().filter(parent -> stops.getOrDefault(parent.timeline(), List.of()).stream()
                    .noneMatch(other -> other.lsn().equals(parent.lsn()))).ifPresent(parent -> {
                        Path place = repository.timelines().snapshotsDirectory(parent.timeline())
                                .resolve(parent.lsn().toFileName());
                        snapshot(new Pending(new Damage("snapshot", Optional.of(place), 0, Optional.of(parent.lsn()),
                                Optional.empty(), "a snapshot, on which the one at " + stop.lsn() + " lies", "none"),
                                parent.timeline(), parent.lsn()));
                    });
        }
    }

    private List<Snapshot> opened(TimelineId timeline) {
        List<Snapshot> opened = new ArrayList<>();
        for (Path place : snapshots.places(timeline)) {
            try {
                opened.add(snapshots.open(timeline, place));
            } catch (CorruptFileException said) {
                continue;
            }
        }
        return opened;
    }

    private WalVerification wal(TimelineId timeline) throws InterruptedException {
        try (Progress.Task task = repository.context().progress().begin("checking WAL", Progress.UNKNOWN_TOTAL,
                Progress.Unit.BYTES)) {
            // What is promised is not read: it may be anywhere, and there be checked by those whose it is.
            WalSource source = wal.source(timeline).withoutPromised();
            OwnSegments here = OwnSegments.of(repository.timelines().walDirectory(timeline), source.identity(), new TreeSet<>());
            if (source.forkPoint().isPresent() && here.begin().isEmpty()) {
                // Most of many branches: nothing was written there yet.
                Lsn fork = source.forkPoint().get();
                return new WalVerification(0, 0, 0, fork, fork, 0);
            }
            Optional<Lsn> from = source.forkPoint().filter(fork -> here.has(here.number(fork)) || wal.promised(timeline).isEmpty())
                    .or(here::begin);
            return from.isEmpty() ? new WalVerification(0, 0, 0, Lsn.ZERO, Lsn.ZERO, 0)
                    : WalVerification.of(new WalRange(source, from.get(), Optional.empty()),
                            memory.segments(timeline, source), Runtime.getRuntime().availableProcessors(), task,
                            defect -> wal(timeline, source, defect));
        } catch (NotFoundException none) {
            return new WalVerification(0, 0, 0, Lsn.ZERO, Lsn.ZERO, 0);
        }
    }

    /** The data directory may name a checkpoint that is not there any more: what looks like the end of WAL is none. */
    private void end(TimelineId timeline, WalVerification verified) {
        Optional<Lsn> end = verified.end().equals(Lsn.ZERO) ? Optional.empty() : reach.knownEnd(timeline);
        // Of a timeline of which something is promised, reachability tells what is there.
        if (wal.promised(timeline).isEmpty() && end.filter(known -> known.minus(verified.end()) > LONGEST_HEADER).isPresent()) {
            each.accept(new Finding(new Damage("reach", Optional.empty(), 0, end, Optional.empty(), "WAL up to " + end.get(),
                    "none behind " + verified.end()), Optional.of(timeline),
                    affected(course -> course.withoutWal(timeline, verified.end(), end.get())), false));
        }
    }

    private void wal(TimelineId timeline, WalSource source, WalDefect defect) {
        long number = Long.divideUnsigned(defect.at().value(), source.segmentSize());
        // Whether a segment should be there is known by those who need it.
        boolean isGap = defect.kind().equals(NO_SEGMENT)
                && (source.path(number).isEmpty() || source.path(number + 1).isEmpty());
        if (!isGap) {
            each.accept(new Finding(Damage.of(defect), Optional.of(timeline),
                    affected(course -> course.withoutWal(timeline, defect.at())), defect.isOfUnknownForm()));
        }
    }
}
