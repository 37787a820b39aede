package dev.neon.compute.difference;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the last point that two histories share. */
final class CommonPoint {
    private CommonPoint() {}

    /** Empty if the timelines do not come from the same one. */
    static Optional<Point> of(Repository repository, Point one, Point other) {
        Map<TimelineId, Lsn> others = line(repository, other);
        Optional<Point> common = Optional.empty();
        for (Map.Entry<TimelineId, Lsn> part : line(repository, one).entrySet()) {
            if (others.containsKey(part.getKey())) {
                common = Optional.of(new Point(part.getKey(), Lsn.min(part.getValue(), others.get(part.getKey())),
                        Optional.empty()));
            }
        }
        return common;
    }

    /** The timelines of a history, the root first, and up to where each belongs to it. */
    private static Map<TimelineId, Lsn> line(Repository repository, Point point) {
        Map<TimelineId, Lsn> line = new LinkedHashMap<>();
        for (Ancestor ancestor : repository.timelines().history(point.timeline()).ancestors()) {
            line.put(ancestor.timeline(), Lsn.min(ancestor.forkPoint(), point.lsn()));
        }
        line.put(point.timeline(), point.lsn());
        return line;
    }
}
