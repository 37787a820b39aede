package dev.neon.fsck;

import dev.neon.fsck.Course.Leg;
import dev.neon.fsck.Course.Stop;
import dev.neon.fsck.Finding.Affected;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * That from what is there each point can be made that courses need: there is a snapshot at or below it, and all WAL from
 * that one's redo point on, of whatever timelines. It looks at names of files, and for the end of WAL of each timeline.
 */
final class ReachCheck {
    private final Repository repository;
    private final RepositoryWal wal;
    private final NeededPoints needed;
    private final Consumer<Finding> each;
    private final Map<TimelineId, OwnSegments> segments = new HashMap<>();
    private final Map<TimelineId, Lsn> ends = new HashMap<>();
    private final Map<Gap, List<Affected>> gaps = new LinkedHashMap<>();

    /** Segments that a timeline should have, both inclusive. */
    private record Gap(TimelineId timeline, long first, long last, Lsn from) {}

    ReachCheck(Repository repository, RepositoryWal wal, NeededPoints needed, Consumer<Finding> each) {
        this.repository = repository;
        this.wal = wal;
        this.needed = needed;
        this.each = each;
    }

    /** Checks all. */
    void run(List<Course> courses) {
        courses.forEach(this::check);
        gaps.forEach((gap, affected) -> {
            OwnSegments own = own(gap.timeline());
            long others = gap.last() - gap.first();
            each.accept(new Finding(new Damage("reach", Optional.of(own.file(gap.first())), 0, Optional.of(gap.from()),
                    Optional.empty(), "a WAL segment", others == 0 ? "none" : "none, nor the " + others + " after it"),
                    Optional.of(gap.timeline()), affected, false));
        });
    }

    OwnSegments own(TimelineId timeline) {
        OwnSegments known = segments.get(timeline);
        if (known == null) {
            known = OwnSegments.of(repository.timelines().walDirectory(timeline), wal.identity(timeline), wal.promised(timeline));
            segments.put(timeline, known);
        }
        return known;
    }

    /** The segments of a timeline, looked for anew if one is missing that a server may have begun since. */
    private OwnSegments own(Leg leg, Optional<Lsn> reached) {
        Lsn end = own(leg.timeline()).end().orElse(leg.from());
        if (reached.filter(end::isBefore).isPresent()) {
            segments.remove(leg.timeline());
        }
        return own(leg.timeline());
    }

    private Lsn end(TimelineId timeline) {
        Lsn known = ends.get(timeline);
        if (known == null) {
            known = wal.end(timeline);
            ends.put(timeline, known);
        }
        return known;
    }

    /** Where the WAL of a timeline ends, as a server would find it, be it there or not; empty if that cannot be told. */
    Optional<Lsn> knownEnd(TimelineId timeline) {
        try {
            return Optional.of(end(timeline));
        } catch (CorruptFileException | NotFoundException told) {
            return Optional.empty();
        }
    }

    private void check(Course course) {
        try {
            Optional<Stop> base = base(course);
            base.ifPresent(stop -> gaps(course, stop.redo()));
            Lsn end = end(course.timeline());
            Lsn tip = course.to().orElse(end);
            Optional<Lsn> beyond = course.snapshots().stream().map(Stop::redo).filter(redo -> redo.isAfter(end))
                    .filter(redo -> !redo.isAfter(tip) || course.to().isEmpty()).findFirst();
            if (tip.isAfter(end) || beyond.isPresent()) {
                unreachable(course, tip, "WAL up to " + (tip.isAfter(end) ? tip : beyond.orElseThrow()),
                        "none behind " + end);
            } else if (base.isEmpty() || base.get().lsn().isAfter(tip)) {
                unreachable(course, tip, "a snapshot at or below " + tip, "none");
            } else {
                forks(course, base.get().redo());
            }
        } catch (CorruptFileException | NotFoundException failure) {
            unreachable(course, course.to().orElse(Lsn.ZERO), "a point that can be reached", failure.getMessage());
        }
    }

    /** The snapshot from which the first needed point is made. */
    private Optional<Stop> base(Course course) {
        if (course.to().isPresent()) {
            return course.base(course.to().get());
        }
        Optional<Lsn> first = needed.from(course.ref(), course.timeline());
        return first.flatMap(course::base).or(() -> course.snapshots().stream().findFirst());
    }

    private void gaps(Course course, Lsn redo) {
        List<Leg> legs = course.legs();
        for (int i = 0; i < legs.size(); i++) {
            Leg leg = legs.get(i);
            Optional<Lsn> known = leg.to().or(() -> knownEnd(leg.timeline()));
            OwnSegments own = own(leg, known);
            Lsn from = Lsn.max(redo, leg.from());
            // The control file may name a checkpoint in a segment that is gone.
            Optional<Lsn> to = leg.to().or(() -> known.map(end -> Lsn.max(end, own.end().orElse(end)))).or(own::end);
            if (to.isEmpty() || !from.isBefore(to.get())) {
                continue;
            }
            long last = own.number(to.get().plus(-1));
            for (OwnSegments.Run run : own.missing(own.number(from), last)) {
                // The first segment of a fork repeats what its ancestors have in it.
                long end = run.last() == last && isRepeated(legs.subList(i + 1, legs.size()), last) ? last - 1 : run.last();
                if (run.first() <= end) {
                    Lsn begin = Lsn.max(from, own.start(run.first()));
                    gaps.computeIfAbsent(new Gap(leg.timeline(), run.first(), end, begin), gap -> new ArrayList<>())
                            .addAll(course.withoutWal(leg.timeline(), begin, own.start(end + 1)));
                }
            }
        }
    }

    private boolean isRepeated(List<Leg> later, long number) {
        return later.stream().anyMatch(leg -> {
            OwnSegments own = own(leg.timeline());
            return own.number(leg.from()) == number && own.has(number);
        });
    }

    /** That no ancestor's WAL ends before the fork: its file may be there, and not hold all that it held. */
    private void forks(Course course, Lsn redo) {
        List<Leg> legs = course.legs();
        for (int i = 0; i < legs.size() - 1; i++) {
            Leg leg = legs.get(i);
            Lsn to = leg.to().orElseThrow();
            boolean isNeeded = redo.isBefore(to) && leg.from().isBefore(to) && own(leg.timeline()).begin().isPresent()
                    && !isRepeated(legs.subList(i + 1, legs.size()), own(leg.timeline()).number(to.plus(-1)));
            if (isNeeded && end(leg.timeline()).isBefore(to)) {
                unreachable(course, to, "WAL of timeline " + leg.timeline() + " up to the fork at " + to,
                        "none behind " + end(leg.timeline()));
                return;
            }
        }
    }

    private void unreachable(Course course, Lsn tip, String expected, String found) {
        each.accept(new Finding(new Damage("reach", Optional.empty(), 0, Optional.of(tip), Optional.empty(), expected,
                found), Optional.of(course.timeline()), List.of(new Affected(course.ref(), tip, Optional.empty())),
                false));
    }
}
