package dev.neon.compute.checkout;

import dev.neon.ancestry.CommittedWork;
import dev.neon.compute.workspace.UnsharedEnd;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was done on a timeline, and has no name any more.
 *
 * @param place where it was: {@code the temporary timeline of main}, {@code branch 'try'}
 */
public record LeftBehind(String place, CommittedWork work) {
    /**
     * Looks at timelines that have lost their last name. Damage is passed over: what is damaged may be left.
     *
     * @param left  what each was called
     * @param named timelines that have a name
     */
    static List<LeftBehind> of(Workspace workspace, Map<TimelineId, String> left, Set<TimelineId> named) {
        List<LeftBehind> found = new ArrayList<>();
        left.forEach((timeline, place) -> {
            try {
                UnsharedEnd.withoutName(workspace, timeline, named).map(end -> end.work(workspace)).filter(CommittedWork::isAny)
                        .ifPresent(work -> found.add(new LeftBehind(place, work)));
            } catch (NeonException damaged) {
                workspace.repository().context().warnings().tell("what was done on " + place + " cannot be told: " + damaged.getMessage());
            }
        });
        return found;
    }
}
