package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.RevisionRange;
import dev.neon.repo.revision.RevisionResolver;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.WalSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The WAL that a {@link RevisionRange} names; a revision alone is all of it from the oldest WAL that is there. Where the
 * two are on different timelines, the range begins where these parted, if they ever were one. It is empty if the first
 * side has all that the second has.
 *
 * <p>A side may be an LSN alone: it is on the timeline of the other side, or HEAD's. Unlike the LSN of a revision, one
 * that bounds a range may lie anywhere, but two of them must be in order. A timeline's end is not looked for: whoever
 * reads finds it, also in damaged WAL.
 */
public final class RevisionRanges {
    private static final String HEAD = "HEAD";
    private static final Pattern LSN = Pattern.compile("\\p{XDigit}{1,8}/\\p{XDigit}{1,8}");
    private static final Pattern AT_LSN = Pattern.compile("(.*)@(" + LSN + ")");

    private final Repository repository;
    private final RevisionResolver resolver;
    private final RepositoryWal wal;

    /** @param lsn empty for the end of the timeline */
    private record Side(TimelineId timeline, Optional<Lsn> lsn) {}

    public RevisionRanges(Repository repository, RevisionResolver resolver, RepositoryWal wal) {
        this.repository = repository;
        this.resolver = resolver;
        this.wal = wal;
    }

    /**
     * The range that a text names.
     *
     * @throws InvalidInputException if it is no range, or of two LSNs that are reversed
     * @throws NotFoundException     if a side names nothing, or there is no WAL
     */
    public WalRange resolve(String text) {
        RevisionRange range = RevisionRange.parse(text);
        if (range.from().isEmpty()) {
            return whole(side(text, HEAD));
        }
        String from = range.from().get();
        return between(side(from, range.to()), side(range.to(), from), text,
                LSN.matcher(from).matches() && LSN.matcher(range.to()).matches());
    }

    /** What was written on a timeline itself. */
    public WalRange own(TimelineId timeline) {
        WalSource source = wal.source(timeline);
        return new WalRange(source, source.forkPoint().orElseGet(() -> begin(source)), Optional.empty());
    }

    /** @param other the revision whose timeline an LSN alone is on */
    private Side side(String text, String other) {
        Matcher at = AT_LSN.matcher(text);
        if (at.matches()) {
            return held(named(at.group(1)).timeline(), Lsn.parse(at.group(2)));
        }
        if (LSN.matcher(text).matches() && resolver.branchNamed(text).isEmpty()) {
            String base = LSN.matcher(other).matches() ? HEAD : other;
            return held(side(base, HEAD).timeline(), Lsn.parse(text));
        }
        return named(text);
    }

    /** The LSN on the youngest timeline that has WAL before it. */
    private Side held(TimelineId timeline, Lsn lsn) {
        TimelineId holder = timeline;
        for (Ancestor ancestor : repository.timelines().history(timeline).ancestors().reversed()) {
            if (lsn.isBefore(ancestor.forkPoint())) {
                holder = ancestor.timeline();
            }
        }
        return new Side(holder, Optional.of(lsn));
    }

    private Side named(String text) {
        if (TimelineId.isTimelineId(text) && repository.timelines().exists(new TimelineId(text))) {
            return new Side(new TimelineId(text), Optional.empty());
        }
        Optional<RefName> ref = text.isEmpty() || text.equals("@") || text.equals(HEAD) ? Optional.of(RefName.HEAD)
                : resolver.branchNamed(text);
        Optional<TimelineId> tip = ref.flatMap(this::timeline);
        if (tip.isPresent()) {
            return new Side(tip.get(), Optional.empty());
        }
        Point point = resolver.resolve(text);
        return held(point.timeline(), point.lsn());
    }

    private Optional<TimelineId> timeline(RefName ref) {
        return repository.refs().read(ref).flatMap(target -> switch (target) {
            case RefTarget.Timeline timeline -> Optional.of(timeline.id());
            case RefTarget.Symbolic symbolic -> timeline(symbolic.name());
            case RefTarget.Point _ -> Optional.empty();
        });
    }

    private WalRange whole(Side side) {
        WalSource source = wal.source(side.timeline());
        return new WalRange(source, begin(source), side.lsn());
    }

    private static Lsn begin(WalSource source) {
        return source.begin().orElseThrow(() -> new NotFoundException("no WAL was found",
                "The timeline's wal directory holds no segment of this cluster."));
    }

    /** @param ordered whether it is an error if the sides are reversed */
    private WalRange between(Side from, Side to, String text, boolean ordered) {
        Map<TimelineId, Optional<Lsn>> left = exits(from);
        Map<TimelineId, Optional<Lsn>> right = exits(to);
        Optional<TimelineId> parted = left.keySet().stream().filter(right::containsKey).findFirst();
        if (parted.isEmpty()) {
            return whole(to);
        }
        TimelineId common = parted.get();
        Optional<Lsn> leaves = right.get(common);
        Optional<Lsn> begins = left.get(common);
        if (begins.isEmpty() && (leaves.isEmpty() || to.timeline().equals(common))) {
            begins = Optional.of(wal.end(common));
        }
        if (ordered && leaves.orElseThrow().isBefore(begins.orElseThrow())) {
            throw new InvalidInputException("range '" + text + "' is reversed: it would run from " + begins.get()
                    + " to " + leaves.get(), "Write the older side first.");
        }
        Lsn start = begins.isEmpty() ? leaves.orElseThrow() : leaves.isEmpty() ? begins.get()
                : Lsn.min(begins.get(), leaves.get());
        return new WalRange(wal.source(to.timeline()), start, to.lsn());
    }

    /** The timelines of a side's history, the youngest first, and where it leaves each; empty where it does not. */
    private Map<TimelineId, Optional<Lsn>> exits(Side side) {
        TimelineHistory history = repository.timelines().history(side.timeline());
        Map<TimelineId, Optional<Lsn>> exits = new LinkedHashMap<>();
        exits.put(side.timeline(), side.lsn());
        for (Ancestor ancestor : history.ancestors().reversed()) {
            exits.put(ancestor.timeline(), Optional.of(ancestor.forkPoint()));
        }
        return exits;
    }
}
