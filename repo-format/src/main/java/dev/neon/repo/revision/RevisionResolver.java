package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the point that a revision names.
 *
 * <p>A bare name is looked for as a full ref name, a branch, a tag, a remote's branch and a remote's tag, in this
 * order. Git prefers the tag; here most commands act on branches, so {@code main} means the branch everywhere, and the
 * tag of the same name is {@code refs/tags/main}. {@link #ambiguity} has the warning.
 */
public final class RevisionResolver {
    private static final String STASH = "stash";

    private final Repository repository;
    private final WalPositions wal;
    private final RefLookup refs;
    private final CommitLine commits;

    public RevisionResolver(Repository repository, WalPositions wal, WorkBetween work) {
        this.repository = repository;
        this.wal = wal;
        this.commits = new CommitLine(repository, work);
        this.refs = new RefLookup(repository);
    }

    /**
     * The point that a revision names.
     *
     * @throws InvalidInputException if the text is no revision, or its LSN is inside a record, beyond the end of the
     *         timeline, or it or its time is before the history begins
     * @throws NotFoundException if it names nothing; the hint has the names that are near
     */
    public Point resolve(String revision) {
        return resolve(Revision.parse(revision), revision);
    }

    /** The branch that the text names: {@code main}, {@code refs/branches/main}, or HEAD on a branch. */
    public Optional<RefName> branchNamed(String text) {
        return Revision.parse(text) instanceof Revision.Named named ? refs.branch(named.name()) : Optional.empty();
    }

    /**
     * What people should know of a revision that can be resolved: a branch and a tag compete for its name, or its time
     * has not come.
     */
    public Optional<String> warning(String revision) {
        Revision parsed = Revision.parse(revision);
        if (parsed instanceof Revision.Named named) {
            return refs.ambiguity(named.name());
        }
        return parsed instanceof Revision.AtMoment moment
                ? time(moment.words()).filter(clock().instant()::isBefore)
                        .map(time -> "'" + moment.words() + "' is in the future: taking what there is now")
                : Optional.empty();
    }

    private Point resolve(Revision revision, String text) {
        // The usual kind stands before the switch: the first switch over types costs 8 ms of start-up.
        if (revision instanceof Revision.Named named) {
            return named(named.name());
        }
        return switch (revision) {
            case Revision.Named named -> named(named.name());
            case Revision.OfTimeline timeline -> endOf(existing(timeline.id()), Optional.empty());
            case Revision.AtLsn at -> atLsn(timelineOf(at.base(), text), at.lsn());
            case Revision.ForkPoint fork -> forkPoint(timelineOf(fork.base(), text), text);
            case Revision.Before before -> commits.before(resolve(before.base(), text), before.commits(), text);
            case Revision.Earlier earlier -> earlier(earlier.name(), earlier.operations());
            case Revision.AtMoment moment -> atMoment(timelineOf(moment.base(), text), moment.words());
            case Revision.AtTransaction at -> {
                TimelineId timeline = timelineOf(at.base(), text);
                yield pointAt(timeline, wal.afterTransaction(timeline, at.xid()));
            }
            case Revision.AtRestorePoint at -> {
                TimelineId timeline = timelineOf(at.base(), text);
                yield pointAt(timeline, wal.restorePoint(timeline, at.name()));
            }
        };
    }

    private Point atMoment(TimelineId timeline, String words) {
        Optional<Instant> time = time(words);
        return pointAt(timeline, time.isPresent() ? wal.atTime(timeline, time.get())
                : wal.restorePoint(timeline, words));
    }

    private Optional<Instant> time(String words) {
        return TimeExpression.parse(words, clock().instant(), clock().getZone());
    }

    private Clock clock() {
        return repository.context().clock();
    }

    private Point named(String name) {
        RefName ref = refs.find(name).orElseThrow(() -> refs.unknown(name));
        RefName onBranch = refs.followHead(ref);
        RefTarget target = repository.refs().read(onBranch).orElseThrow(() -> refs.unborn(onBranch));
        return point(target, onBranch.equals(RefName.HEAD) ? Optional.empty() : Optional.of(onBranch));
    }

    private Point point(RefTarget target, Optional<RefName> ref) {
        if (target instanceof RefTarget.Timeline timeline) {
            return endOf(timeline.id(), ref);
        }
        return switch (target) {
            case RefTarget.Timeline timeline -> endOf(timeline.id(), ref);
            case RefTarget.Point point -> new Point(point.timeline(), point.lsn(), ref);
            case RefTarget.Symbolic symbolic -> named(symbolic.name().full());
        };
    }

    /** The timeline of a revision, without asking for the end of its WAL where that is not needed. */
    private TimelineId timelineOf(Revision revision, String text) {
        if (revision instanceof Revision.OfTimeline timeline) {
            return existing(timeline.id());
        }
        if (revision instanceof Revision.Named named) {
            RefName ref = refs.followHead(refs.find(named.name()).orElseThrow(() -> refs.unknown(named.name())));
            RefTarget target = repository.refs().read(ref).orElseThrow(() -> refs.unborn(ref));
            return switch (target) {
                case RefTarget.Timeline timeline -> timeline.id();
                case RefTarget.Point point -> point.timeline();
                case RefTarget.Symbolic symbolic -> named(symbolic.name().full()).timeline();
            };
        }
        return resolve(revision, text).timeline();
    }

    private Point endOf(TimelineId timeline, Optional<RefName> ref) {
        return new Point(timeline, wal.end(timeline), ref);
    }

    private TimelineId existing(TimelineId id) {
        if (!repository.timelines().exists(id)) {
            throw new NotFoundException("timeline '" + id + "' does not exist",
                    "Run 'neon branch' to see the branches and their timelines.");
        }
        return id;
    }

    private Point atLsn(TimelineId timeline, Lsn lsn) {
        Lsn end = wal.end(timeline);
        if (lsn.isAfter(end)) {
            throw outside(lsn, timeline, end, "is beyond the end of");
        }
        TimelineId holder = holder(timeline, lsn);
        if (lsn.isBefore(wal.first(holder))) {
            throw outside(lsn, timeline, end, "is before the history of");
        }
        return new Point(holder, lsn.equals(end) ? end : wal.boundary(holder, lsn), Optional.empty());
    }

    /** A point at a boundary of the timeline's history. */
    private Point pointAt(TimelineId timeline, Lsn boundary) {
        return new Point(holder(timeline, boundary), boundary, Optional.empty());
    }

    /** The timeline that has the WAL at {@code lsn}: this one or the ancestor that it was then. */
    private TimelineId holder(TimelineId timeline, Lsn lsn) {
        TimelineId holder = timeline;
        for (Ancestor ancestor : repository.timelines().history(timeline).ancestors().reversed()) {
            if (!lsn.isBefore(ancestor.forkPoint())) {
                break;
            }
            holder = ancestor.timeline();
        }
        return holder;
    }

    private InvalidInputException outside(Lsn lsn, TimelineId timeline, Lsn end, String how) {
        List<Ancestor> ancestors = repository.timelines().history(timeline).ancestors();
        TimelineId root = ancestors.isEmpty() ? timeline : ancestors.getFirst().timeline();
        return new InvalidInputException("LSN " + lsn + " " + how + " timeline '" + timeline + "'",
                "Its history runs from " + wal.first(root) + " to " + end + ".");
    }

    /** {@code stash@{0}} is the newest. */
    private Point stash(int index) {
        List<RefName> names = new ArrayList<>(repository.refs().list(RefName.Kind.STASH).keySet());
        names.sort(Comparator.comparingLong(RefName::stashNumber).reversed());
        if (index >= names.size()) {
            throw new NotFoundException("revision 'stash@{" + index + "}' does not exist", "'neon stash list' shows what there is.");
        }
        return point(repository.refs().read(names.get(index)).orElseThrow(), Optional.of(names.get(index)));
    }

    /**
     * The ref that a name means, also one that was deleted and is still in the operation log.
     *
     * @throws NotFoundException if nothing has or had that name
     */
    public RefName logged(String name) {
        return refs.findLogged(name).orElseThrow(() -> refs.unknown(name));
    }

    private Point forkPoint(TimelineId timeline, String text) {
        Ancestor parent = repository.timelines().history(timeline).parent().orElseThrow(() -> new NotFoundException(
                "revision '" + text + "' does not exist: timeline '" + timeline + "' has no parent",
                "It was not forked from another timeline."));
        return new Point(parent.timeline(), parent.forkPoint(), Optional.empty());
    }

    private Point earlier(String name, int operations) {
        if (name.equals(STASH) && refs.find(name).isEmpty()) {
            return stash(operations);
        }
        RefName ref = refs.findLogged(name).orElseThrow(() -> refs.unknown(name));
        return point(refs.earlier(ref, operations), Optional.empty());
    }
}
