package dev.neon.ancestry;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.WalSource;
import dev.neon.walindex.WalIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where tips lie on each other's lines, in one repository. */
public final class Ancestry {
    private final Repository repository;
    private final RepositoryWal wal;
    private final Function<TimelineId, TimelineHistory> histories;

    public Ancestry(Repository repository, RepositoryWal wal) {
        this(repository, wal, repository.timelines()::history);
    }

    /** @param histories also of timelines that the repository does not have yet */
    public Ancestry(Repository repository, RepositoryWal wal, Function<TimelineId, TimelineHistory> histories) {
        this.repository = repository;
        this.wal = wal;
        this.histories = histories;
    }

    /** The tip of a branch, or the point of a tag, as it is told to others. */
    public Tip tip(RefTarget target) {
        return switch (target) {
            case RefTarget.Timeline whole -> tip(whole.id(), wal.end(whole.id()), true);
            case RefTarget.Point point -> tip(point.timeline(), point.lsn(), false);
            case RefTarget.Symbolic symbolic -> tip(repository.refs().read(symbolic.name()).orElseThrow(() ->
                    new NotFoundException("'" + symbolic.name() + "' does not exist", "'neon branch' lists the branches.")));
        };
    }

    /** As {@link #tip(RefTarget)}, with what a tag says besides. */
    public RefTarget.Point point(RefTarget target) {
        Tip tip = tip(target);
        return target instanceof RefTarget.Point named
                ? new RefTarget.Point(tip.timeline(), tip.lsn(), named.message(), named.date(), named.author())
                : RefTarget.Point.of(tip.timeline(), tip.lsn());
    }

    /** The same point, named by the timeline that has its WAL. */
    public Tip tip(TimelineId timeline, Lsn lsn) {
        return tip(timeline, lsn, false);
    }

    /** @param isEnd whether the point is a timeline's end, so that WAL in which nothing was done may be left out */
    private Tip tip(TimelineId timeline, Lsn lsn, boolean isEnd) {
        Optional<Ancestor> parent = histories.apply(timeline).parent();
        if (parent.isEmpty()) {
            return new Tip(timeline, lsn);
        }
        Lsn fork = parent.get().forkPoint();
        if (lsn.isAfter(fork) && !(isEnd && !hasWork(timeline, fork, lsn))) {
            return new Tip(timeline, lsn);
        }
        return tip(parent.get().timeline(), Lsn.min(fork, lsn), false);
    }

    /**
     * Whether one tip comes before another, or is the same: what was done up to the first belongs to the second.
     *
     * @param earlier one whose WAL this repository has
     */
    public boolean comesBefore(Tip earlier, Tip later) {
        Optional<Lsn> reached = reached(later, earlier.timeline());
        return reached.isPresent() && (!earlier.lsn().isAfter(reached.get())
                || !hasWork(earlier.timeline(), reached.get(), earlier.lsn()));
    }

    /** How far a timeline belongs to the history of a tip; empty if it is not on its line. */
    public Optional<Lsn> reached(Tip tip, TimelineId timeline) {
        return line(tip).stream().filter(each -> each.timeline().equals(timeline)).map(Tip::lsn).findFirst();
    }

    /** The last point that two tips have in common; empty if they have none. */
    public Optional<Tip> common(Tip one, Tip other) {
        List<Tip> line = line(one).reversed();
        for (Tip each : line) {
            Optional<Lsn> reached = reached(other, each.timeline());
            if (reached.isPresent()) {
                return Optional.of(new Tip(each.timeline(), Lsn.min(each.lsn(), reached.get())));
            }
        }
        return Optional.empty();
    }

    /** A tip's timelines, oldest first, each with the LSN up to which it belongs to the tip's history. */
    public List<Tip> line(Tip tip) {
        TimelineHistory history = histories.apply(tip.timeline());
        List<Tip> line = new ArrayList<>();
        Lsn limit = tip.lsn();
        line.add(tip);
        for (Ancestor ancestor : history.ancestors().reversed()) {
            limit = Lsn.min(limit, ancestor.forkPoint());
            line.add(new Tip(ancestor.timeline(), limit));
        }
        return line.reversed();
    }

    /** Bytes of WAL of a tip's line behind a point of it. */
    public long bytesSince(Tip tip, Tip since) {
        return Math.max(0, tip.lsn().minus(since.lsn()));
    }

    /** What was done on a tip's line behind a point of it. */
    public CommittedWork workSince(Tip tip, Tip since) {
        WalSource source = wal.source(tip.timeline());
        return CommittedWork.isLong(source, since.lsn(), tip.lsn())
                ? CommittedWork.between(WalIndex.open(repository, tip.timeline(), source, tip.lsn()), since.lsn(), tip.lsn())
                : CommittedWork.between(source, since.lsn(), tip.lsn());
    }

    /** Whether something was done there; true if that cannot be told. */
    private boolean hasWork(TimelineId timeline, Lsn from, Lsn to) {
        return CommittedWork.isThereAny(wal.source(timeline), from, to);
    }
}
