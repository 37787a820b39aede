package dev.neon.compute.workspace;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import java.util.Map;
import java.util.Optional;

/** How far names reach into the WAL of a timeline: branches to its end, tags to their LSN, forks to their fork point. */
final class Reach {
    /** Beyond any end of WAL. */
    private static final Lsn ALL = new Lsn(-1);

    private final Repository repository;

    Reach(Repository repository) {
        this.repository = repository;
    }

    /**
     * The LSN up to which the WAL of a timeline is kept by names other than {@code branch}, and by a point that is to
     * get a name; empty if by none.
     */
    Optional<Lsn> without(RefName branch, TimelineId timeline, Optional<Point> named) {
        Optional<Lsn> farthest = named.flatMap(point -> reach(point.timeline(), point.lsn(), timeline));
        for (RefName.Kind kind : RefName.Kind.values()) {
            for (Map.Entry<RefName, RefTarget> ref : repository.refs().list(kind).entrySet()) {
                if (!ref.getKey().equals(branch)) {
                    farthest = later(farthest, reach(ref.getValue(), timeline));
                }
            }
        }
        return farthest;
    }

    private Optional<Lsn> reach(RefTarget target, TimelineId timeline) {
        return switch (target) {
            case RefTarget.Timeline whole -> reach(whole.id(), ALL, timeline);
            case RefTarget.Point point -> reach(point.timeline(), point.lsn(), timeline);
            case RefTarget.Symbolic elsewhere -> Optional.empty();
        };
    }

    private Optional<Lsn> reach(TimelineId named, Lsn to, TimelineId timeline) {
        if (named.equals(timeline)) {
            return Optional.of(to);
        }
        try {
            return repository.timelines().history(named).ancestors().stream()
                    .filter(ancestor -> ancestor.timeline().equals(timeline)).findFirst().map(Ancestor::forkPoint)
                    .map(fork -> Lsn.min(fork, to));
        } catch (NotFoundException | CorruptFileException damaged) {
            // A name whose timeline is lost keeps nothing.
            return Optional.empty();
        }
    }

    private static Optional<Lsn> later(Optional<Lsn> one, Optional<Lsn> other) {
        return one.isEmpty() || other.isPresent() && other.get().isAfter(one.get()) ? other : one;
    }
}
