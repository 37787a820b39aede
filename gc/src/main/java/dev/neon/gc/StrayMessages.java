package dev.neon.gc;

import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.CommitOperations;
import dev.neon.repo.timeline.CommitMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Messages of commits that were never made, because a crash came between the two, or that were taken back. Only of timelines of this
 * repository's own: what happened to others their own log tells.
 */
final class StrayMessages {
    /** A commit may just be under way. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final Repository repository;

    StrayMessages(Repository repository) {
        this.repository = repository;
    }

    void remove() {
        CommitMessages messages = new CommitMessages(repository.timelines(), repository.files());
        Instant until = repository.context().clock().instant().minus(GRACE);
        Optional<CommitOperations> commits = Optional.empty();
        for (TimelineId timeline : repository.timelines().list()) {
            List<CommitMessages.Message> old = messages.of(timeline).stream().filter(message -> !message.time().isAfter(until)).toList();
            if (old.isEmpty() || !repository.timelines().history(timeline).owner().equals(Optional.of(repository.id()))) {
                continue;
            }
            CommitOperations known = commits.orElseGet(() -> new CommitOperations(repository.timelines(), repository.log().read()));
            commits = Optional.of(known);
            old.stream().filter(message -> !known.isInForce(message)).forEach(message -> messages.remove(timeline, message.lsn()));
        }
    }
}
