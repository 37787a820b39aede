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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How far names reach into the WAL of a timeline: branches to its end, tags to their LSN, forks to their fork point. Of the
 * moment at which it is first asked: reading all refs and histories once does for the names of one command.
 */
public final class Reach {
    /** Beyond any end of WAL. */
    private static final Lsn ALL = new Lsn(-1);

    private final Repository repository;
    private final Map<TimelineId, Map<RefName, Lsn>> names = new HashMap<>();
    private final Set<RefName> gone = new HashSet<>();
    private boolean isRead;

    Reach(Repository repository) {
        this.repository = repository;
    }

    /**
     * The LSN up to which the WAL of a timeline is kept by names other than {@code branch}, and by a point that is to
     * get a name; empty if by none.
     */
    Optional<Lsn> without(RefName branch, TimelineId timeline, Optional<Point> named) {
        return later(named.flatMap(point -> reach(point.timeline(), point.lsn(), timeline)),
                farthest(timeline, name -> !name.equals(branch)));
    }

    /** The LSN up to which the WAL of a timeline is kept by names; empty if by none. */
    Optional<Lsn> of(TimelineId timeline) {
        return farthest(timeline, _ -> true);
    }

    private Optional<Lsn> farthest(TimelineId timeline, Predicate<RefName> counts) {
        if (!isRead) {
            read();
            isRead = true;
        }
        Optional<Lsn> farthest = Optional.empty();
        for (Map.Entry<RefName, Lsn> name : names.getOrDefault(timeline, Map.of()).entrySet()) {
            if (counts.test(name.getKey()) && !gone.contains(name.getKey())) {
                farthest = later(farthest, Optional.of(name.getValue()));
            }
        }
        return farthest;
    }

    /** Leaves out a name that has been deleted since. */
    void forget(RefName name) {
        gone.add(name);
    }

    private void read() {
        for (RefName.Kind kind : RefName.Kind.values()) {
            repository.refs().list(kind).forEach((name, target) -> {
                switch (target) {
                    case RefTarget.Timeline whole -> add(name, whole.id(), ALL);
                    case RefTarget.Point point -> add(name, point.timeline(), point.lsn());
                    case RefTarget.Symbolic elsewhere -> { }
                }
            });
        }
    }

    private void add(RefName name, TimelineId named, Lsn to) {
        put(name, named, to);
        try {
            for (Ancestor ancestor : repository.timelines().history(named).ancestors()) {
                put(name, ancestor.timeline(), Lsn.min(ancestor.forkPoint(), to));
            }
        } catch (NotFoundException | CorruptFileException damaged) {
            // A name whose timeline is lost keeps nothing.
            return;
        }
    }

    private void put(RefName name, TimelineId timeline, Lsn to) {
        names.computeIfAbsent(timeline, _ -> new HashMap<>()).put(name, to);
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
            return Optional.empty();
        }
    }

    private static Optional<Lsn> later(Optional<Lsn> one, Optional<Lsn> other) {
        return one.isEmpty() || other.isPresent() && other.get().isAfter(one.get()) ? other : one;
    }
}
