package dev.neon.compute.workspace;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.CommittedWork;
import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.timeline.Ancestor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The last stretch of a timeline's line, to which no other name leads. It may begin on an ancestor: what was committed is on the
 * timeline that the branch's was forked from, which has no name of its own.
 *
 * @param from exclusive
 * @param end  inclusive; the same as {@code from} if others have all
 */
public record UnsharedEnd(TimelineId timeline, Lsn from, Lsn end) {
    /**
     * Finds it.
     *
     * @param end     of the timeline's WAL
     * @param reached up to where others have a timeline's WAL; empty for none of it
     */
    static UnsharedEnd of(Workspace workspace, TimelineId timeline, Lsn end, Function<TimelineId, Optional<Lsn>> reached) {
        List<Ancestor> line = new ArrayList<>(workspace.repository().timelines().history(timeline).ancestors());
        line.add(new Ancestor(timeline, end, ""));
        Lsn from = end;
        for (Ancestor part : line.reversed()) {
            Lsn shared = reached.apply(part.timeline()).orElse(Lsn.ZERO);
            if (!shared.isBefore(part.forkPoint())) {
                break;
            }
            long own = workspace.timelines().ownBytes(part.timeline(), part.forkPoint());
            from = Lsn.max(shared, part.forkPoint().plus(-own));
        }
        return new UnsharedEnd(timeline, from, end);
    }

    /**
     * The end of a timeline to which no name leads at all any more.
     *
     * @param named timelines that are known to have a name: what is only on such a line is not looked for any further
     * @return empty if nothing was done there
     */
    public static Optional<UnsharedEnd> withoutName(Workspace workspace, TimelineId timeline, Set<TimelineId> named) {
        Lsn end = workspace.positions().end(timeline);
        // Reading how far all names reach is long where there are many, and mostly in vain.
        if (!of(workspace, timeline, end, part -> named.contains(part) ? Optional.of(Lsn.LAST) : Optional.empty()).hasWork(workspace)) {
            return Optional.empty();
        }
        return Optional.of(of(workspace, timeline, end, new Reach(workspace.repository())::of))
                .filter(unshared -> unshared.hasWork(workspace));
    }

    /** Of WAL. */
    public long bytes() {
        return end.minus(from);
    }

    /** Whether something was done there; true as well if that cannot be told from what is here. Nothing is fetched for it. */
    public boolean hasWork(Workspace workspace) {
        try {
            return CommittedWork.isThereAny(workspace.wal().source(timeline).withoutPromised(), from, end);
        } catch (CorruptFileException | NotFoundException | UnsupportedWalException unknown) {
            return true;
        }
    }

    /** What was done there. */
    public CommittedWork work(Workspace workspace) {
        return new Ancestry(workspace.repository(), workspace.wal()).workSince(new Tip(timeline, end), new Tip(timeline, from));
    }
}
