package dev.neon.repo.timeline;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a timeline is and where it comes from. Never changes once it is written.
 *
 * @param owner     the one repository that may write it; empty only in the format's first draft
 * @param cluster   the cluster that its WAL belongs to; empty only in the first draft
 * @param created   when; empty only in the first draft
 * @param purpose   why it exists if it is not to last, for example {@code read-only}
 * @param ancestors nearest last; empty if it was forked from nothing. Fork points do not decrease
 */
public record TimelineHistory(TimelineId id, Optional<RepositoryId> owner, Optional<ClusterIdentity> cluster,
        Optional<Instant> created, Optional<String> purpose, List<Ancestor> ancestors) {
    public TimelineHistory {
        ancestors = List.copyOf(ancestors);
    }

    /**
     * Reads what {@link #text} gives, in another repository.
     *
     * @throws dev.neon.repo.error.CorruptFileException if it has no known form, or is another timeline's
     */
    public static TimelineHistory parse(TimelineId id, String text) {
        return HistoryFormat.parse(Path.of(id.hex(), "history"), id, text);
    }

    /** The content of its file. */
    public String text() {
        return HistoryFormat.format(this);
    }

    /** The nearest ancestor. */
    public Optional<Ancestor> parent() {
        return ancestors.isEmpty() ? Optional.empty() : Optional.of(ancestors.getLast());
    }

    /**
     * The history of a child of this timeline.
     *
     * @param at not before this timeline's own fork point: below it, the WAL is an ancestor's, who is then the parent
     */
    public TimelineHistory fork(TimelineId child, RepositoryId owner, Lsn at, String reason, Instant created,
            Optional<String> purpose) {
        if (parent().filter(parent -> at.isBefore(parent.forkPoint())).isPresent()) {
            throw new IllegalArgumentException(at + " is before the fork point of " + id);
        }
        List<Ancestor> line = new ArrayList<>(ancestors);
        line.add(new Ancestor(id, at, reason));
        return new TimelineHistory(child, Optional.of(owner), cluster, Optional.of(created), purpose, line);
    }
}
