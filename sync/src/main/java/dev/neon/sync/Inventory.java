package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.TimelineId;
import java.util.List;
import java.util.Optional;

/**
 * What tips are made of, as far as a repository has it.
 *
 * @param timelines each once, ancestors before descendants
 */
public record Inventory(List<Tip> tips, List<TimelineOffer> timelines) {
    public Inventory {
        tips = List.copyOf(tips);
        timelines = List.copyOf(timelines);
    }

    /** What is told of one timeline. */
    public Optional<TimelineOffer> of(TimelineId id) {
        return timelines.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** Whether it has the history of a point. */
    public boolean tells(Tip tip) {
        return of(tip.timeline()).filter(offer -> !offer.end().isBefore(tip.lsn())).isPresent();
    }
}
