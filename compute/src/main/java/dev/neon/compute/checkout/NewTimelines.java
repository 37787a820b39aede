package dev.neon.compute.checkout;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.revision.Point;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Timelines that an operation makes before names lead to them: kept from gc meanwhile, and removed again if it fails. */
final class NewTimelines implements AutoCloseable {
    /** For a branch that somebody made, as 'neon branch' makes it: {@code neon log} shows the fork. */
    static final String BRANCH = "";

    private final Workspace workspace;
    private final String purpose;
    private final Deque<HeldLease> leases = new ArrayDeque<>();
    private final List<TimelineId> made = new ArrayList<>();

    /** @param purpose for which {@code history} says they were made: {@code neon log} does not show such forks; or {@link #BRANCH} */
    NewTimelines(Workspace workspace, String purpose) {
        this.workspace = workspace;
        this.purpose = purpose;
    }

    /** A timeline that begins at a point. */
    TimelineId fork(Point at, String reason) {
        TimelineId timeline = TimelineId.random();
        leases.push(workspace.timelines().hold(timeline, at, reason));
        workspace.timelines().fork(timeline, at, reason, Optional.of(purpose).filter(text -> !text.isEmpty()));
        made.add(timeline);
        return timeline;
    }

    /** Names lead to them from now on. */
    void keep() {
        made.clear();
    }

    @Override
    public void close() {
        // A thread that was interrupted could remove half of them.
        boolean isInterrupted = Thread.interrupted();
        try {
            for (TimelineId timeline : made) {
                // What failed may have come when the operation had happened: then a name needs it.
                if (!workspace.timelines().isNamed(timeline)) {
                    workspace.repository().timelines().remove(timeline);
                }
            }
        } finally {
            leases.forEach(HeldLease::close);
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
