package dev.neon.sync;

import dev.neon.repo.TimelineId;
import java.util.List;
import java.util.Optional;

/** What tips are made of, as far as a repository has it: each timeline once, ancestors before descendants. */
public record Inventory(List<TimelineOffer> timelines) {
    public Inventory {
        timelines = List.copyOf(timelines);
    }

    /** What is told of one timeline. */
    public Optional<TimelineOffer> of(TimelineId id) {
        return timelines.stream().filter(each -> each.id().equals(id)).findFirst();
    }
}
