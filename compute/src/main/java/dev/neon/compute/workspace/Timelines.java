package dev.neon.compute.workspace;

import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.TimelineForks;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Forks timelines. */
public final class Timelines {
    private static final String READ_ONLY = "read-only";

    private final Workspace workspace;

    Timelines(Workspace workspace) {
        this.workspace = workspace;
    }

    /**
     * Keeps a point, and a timeline that is to begin there, from being collected until something names the timeline.
     *
     * @param reason what is done, for people
     * @throws NotFoundException if the point has been collected since it was looked up
     */
    public HeldLease hold(TimelineId child, Point at, String reason) {
        HeldLease lease = workspace.repository().leases().hold(reason,
                Lease.Span.ofPoint(at.timeline(), at.lsn()), Lease.Span.ofLine(child));
        try {
            requireThere(at);
            return lease;
        } catch (RuntimeException failure) {
            lease.close();
            throw failure;
        }
    }

    /**
     * Checks, once a lease is held, that a point can be had. What a ref names is kept by that; of another point the
     * snapshots or the WAL may have gone since it was looked up, or long ago: between the points that are needed there are
     * gaps.
     *
     * @throws NotFoundException if it has been collected
     */
    public void requireThere(Point at) {
        if (at.ref().isEmpty() && !isWhole(at)) {
            throw new NotFoundException("the point " + at.lsn() + " of timeline '" + at.timeline() + "' has been collected",
                    "'neon gc --list' shows what can be put back, 'neon snapshot list --all' from where points can be had.");
        }
    }

    /** Whether there is a snapshot at or below a point, and the WAL from there on. */
    private boolean isWhole(Point at) {
        Optional<Snapshot> base = workspace.snapshots().newestFor(at.timeline(), at.lsn());
        return base.isPresent() && workspace.wal().isThere(at.timeline(), base.get().redo(), at.lsn());
    }

    /**
     * Makes a timeline that begins at a point, whatever the size of the database: a history file and a copy of the
     * settings. To be called under {@link #hold}.
     *
     * @param child   its id, which nothing has yet
     * @param reason  goes into the history
     * @param purpose what it is for, where that is not a branch that somebody made
     * @throws ConflictException if the point is on a timeline for looking
     */
    public void fork(TimelineId child, Point at, String reason, Optional<String> purpose) {
        requireLasting(at.timeline());
        new TimelineForks(workspace.repository(), workspace.wal()).fork(child, at.timeline(), at.lsn(), reason, purpose);
    }

    /**
     * Makes a timeline for looking at a point: reads write WAL too. It is removed when its server is stopped. Nothing names
     * it before its server runs, so this and the start are to happen under {@link #hold}.
     */
    public void throwAway(TimelineId child, Point at, String revision) {
        fork(child, at, "read-only at " + revision, Optional.of(READ_ONLY));
    }

    /** @throws ConflictException if the WAL behind the name would vanish with a read-only server */
    void requireLasting(TimelineId timeline) {
        TimelineHistory history = workspace.repository().timelines().history(timeline);
        if (history.purpose().filter(READ_ONLY::equals).isPresent()) {
            throw new ConflictException("timeline '" + timeline + "' is removed when its read-only server stops",
                    history.parent().map(parent -> "Name the point that it looks at: " + parent.timeline() + "@"
                            + parent.forkPoint() + ".").orElse("Name a point of a branch."));
        }
    }

    /** The WAL that only this timeline has, in bytes. */
    public long ownBytes(TimelineId timeline, Lsn end) {
        Optional<Ancestor> parent = workspace.repository().timelines().history(timeline).parent();
        Lsn start = parent.map(Ancestor::forkPoint).orElseGet(() -> workspace.positions().first(timeline));
        return Math.max(0, end.minus(start));
    }

    /**
     * A timeline that this repository may write: the one that the ref names, or a fork of it if another repository owns
     * it, to which the ref is moved.
     */
    public TimelineId writable(RefName branch, TimelineId timeline) {
        Repository repository = workspace.repository();
        Optional<RepositoryId> owner = repository.timelines().history(timeline).owner();
        if (owner.isEmpty() || owner.get().equals(repository.ownId())) {
            return timeline;
        }
        Point end = new Point(timeline, workspace.positions().end(timeline), Optional.of(branch));
        TimelineId own = TimelineId.random();
        try (HeldLease _ = hold(own, end, "fork of " + branch.shortName())) {
            fork(own, end, "owned by repository " + owner.get(), Optional.empty());
            repository.refs().begin("start " + branch.shortName())
                    .update(branch, named(branch, timeline), named(branch, own)).commit();
        }
        return own;
    }

    /** A value of the ref, which is a branch, or HEAD on a temporary timeline. */
    private RefTarget named(RefName ref, TimelineId timeline) {
        return new RefTarget.Timeline(timeline, ref.equals(RefName.HEAD)
                ? Head.read(workspace.repository().refs()).flatMap(Head::branch) : Optional.empty());
    }

    /** Whether a branch or HEAD is on a timeline; true as well if one is damaged, which may be. */
    public boolean isNamed(TimelineId timeline) {
        return unnamed(Set.of(timeline)).isEmpty();
    }

    /** Those that neither a branch nor HEAD is on; none if one of these is damaged, which may be on any. */
    private Set<TimelineId> unnamed(Collection<TimelineId> timelines) {
        RefStore.Listing branches = workspace.repository().refs().listing(RefName.Kind.BRANCH);
        if (!branches.damaged().isEmpty()) {
            return Set.of();
        }
        Set<TimelineId> unnamed = new HashSet<>(timelines);
        branches.refs().values().forEach(target -> unnamed.remove(Branches.timelineOf(target)));
        Head.read(workspace.repository().refs()).filter(Head.Temporary.class::isInstance)
                .ifPresent(head -> unnamed.remove(Branches.timelineOf(head.target())));
        return unnamed;
    }

    /** As {@link #discardUnnamed(Collection)}, for one. */
    public void discardUnnamed(TimelineId timeline) {
        discardUnnamed(Set.of(timeline));
    }

    /**
     * Removes the data directories of timelines to which no name leads any more, unless a server runs there. Their WAL stays, so
     * they can be made again; nobody would find them without a name. Never fails: the operation that took the names has happened.
     */
    public void discardUnnamed(Collection<TimelineId> timelines) {
        boolean isInterrupted = Thread.interrupted();
        List<TimelineId> traced = timelines.stream().filter(workspace.instances()::hasTraces).toList();
        try {
            (traced.isEmpty() ? Set.<TimelineId>of() : unnamed(traced)).forEach(this::discard);
        } catch (NeonException failure) {
            tellLeft(failure, traced);
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void discard(TimelineId timeline) {
        try {
            workspace.instances().discard(timeline);
        } catch (NeonException failure) {
            tellLeft(failure, List.of(timeline));
        }
    }

    private void tellLeft(NeonException failure, List<TimelineId> timelines) {
        timelines.forEach(timeline -> workspace.repository().context().warnings().tell(
                "a data directory that is not needed any more is left: " + failure.getMessage() + "; it may be removed: '"
                        + workspace.repository().dataDirectory(timeline) + "'"));
    }
}
