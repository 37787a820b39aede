package dev.neon.fsck;

import dev.neon.fsck.Course.Stop;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.layer.SnapshotManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What would mend what was found damaged, as far as nobody but the user can do it. */
final class Remedy {
    private static final Set<String> OF_SNAPSHOTS = Set.of("layer", "metadata", "copy");

    private final List<Course> courses;
    private final Map<TimelineId, List<Stop>> stops;
    private final List<Finding> findings;

    /** @param findings all of them: what is advised must not need what is damaged too */
    Remedy(List<Course> courses, Map<TimelineId, List<Stop>> stops, List<Finding> findings) {
        this.courses = courses;
        this.stops = stops;
        this.findings = findings;
    }

    String of(Finding finding) {
        Damage damage = finding.damage();
        if (finding.unknown()) {
            return "nothing is damaged; a neon that knows the record is needed";
        }
        String place = damage.path().map(path -> path + ": ").orElse("")
                + (damage.found().startsWith("none") ? "missing" : "damaged") + "; ";
        return place + switch (damage.kind()) {
            case "ref" -> "'neon reflog' shows what it was; delete the file and make the ref again";
            case "journal" -> "'neon fsck --repair' puts it aside";
            case "layer", "metadata", "copy", "manifest", "snapshot" -> "fetch it from a remote that has it"
                    + (isSpare(finding) ? ", or delete the snapshot: the one before and the WAL lead to the same points" : "");
            case "history" -> "put it back from a copy of the repository";
            default -> damage.path().isPresent() ? "put it back from a copy of the repository, or from an archive of the WAL"
                    : "the points named below it need what is missing from a copy of the repository";
        };
    }

    /** Whether all points can be had without a damaged snapshot, and 'neon snapshot delete' would remove it. */
    private boolean isSpare(Finding finding) {
        if (!OF_SNAPSHOTS.contains(finding.damage().kind()) || finding.timeline().isEmpty()
                || finding.damage().lsn().isEmpty()) {
            return false;
        }
        TimelineId timeline = finding.timeline().get();
        Lsn lsn = finding.damage().lsn().get();
        SnapshotManifest.Parent self = new SnapshotManifest.Parent(timeline, lsn);
        boolean isLainUpon = stops.values().stream().flatMap(List::stream)
                .anyMatch(stop -> stop.parent().equals(Optional.of(self)));
        List<Course> through = courses.stream().filter(course -> course.snapshots().stream()
                .anyMatch(stop -> stop.timeline().equals(timeline) && stop.lsn().equals(lsn))).toList();
        return !isLainUpon && !through.isEmpty() && through.stream().allMatch(course -> isSpareOn(course, lsn, self));
    }

    private boolean isSpareOn(Course course, Lsn lsn, SnapshotManifest.Parent self) {
        Optional<Stop> older = course.base(lsn.plus(-1));
        return older.isPresent() && findings.stream().noneMatch(other -> {
            boolean isSelf = OF_SNAPSHOTS.contains(other.damage().kind()) && other.timeline().equals(
                    Optional.of(self.timeline())) && other.damage().lsn().equals(Optional.of(lsn));
            boolean isOfWal = !OF_SNAPSHOTS.contains(other.damage().kind()) && other.damage().lsn()
                    .filter(at -> at.isBefore(older.get().redo())).isEmpty();
            boolean isOnTheWay = other.timeline().isEmpty() || other.timeline().filter(course::runsThrough).isPresent();
            // What is damaged below the older one may be one that it lies on.
            return !isSelf && isOnTheWay && (isOfWal || other.damage().lsn().filter(at -> !at.isAfter(older.get().lsn()))
                    .isPresent());
        });
    }
}
