package dev.neon.fsck;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.util.List;
import java.util.Optional;

/**
 * A damage and what it costs.
 *
 * @param timeline  where it is, unless in a ref
 * @param affected  the points that cannot be had any more, at least not whole
 * @param unknown   whether nothing is damaged, but a record of a form that neon does not know stands in the way
 */
public record Finding(Damage damage, Optional<TimelineId> timeline, List<Affected> affected, boolean unknown) {
    /**
     * Points of a branch or tag.
     *
     * @param ref  its name in full
     * @param from the first point
     * @param to   exclusive; empty for all up to the end
     */
    public record Affected(String ref, Lsn from, Optional<Lsn> to) {}

    public Finding {
        affected = List.copyOf(affected);
    }
}
