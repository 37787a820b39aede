package dev.neon.repo.revision;

import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.OperationStack;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.repo.timeline.TimelineStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commits of which the operation log tells, and which of them are in force: not those that were taken back. */
public final class CommitOperations {
    private static final String COMMIT = "commit: ";
    /** A message is written before its operation: by the same clock, which is kept in seconds here and there. */
    private static final Duration CLOCK = Duration.ofSeconds(1);
    /** No commit waits so long between its message and its operation. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final TimelineStore timelines;
    private final Optional<Instant> begin;
    /** Oldest first. */
    private final List<Operation> commits;
    private final OperationStack stack;
    /** By operation: many commits may have the same words. */
    private final Map<String, Optional<Ancestor>> points = new HashMap<>();

    /** @param newestFirst the log */
    public CommitOperations(TimelineStore timelines, List<Operation> newestFirst) {
        this.timelines = timelines;
        this.begin = newestFirst.stream().map(Operation::time).min(Comparator.naturalOrder());
        this.commits = newestFirst.reversed().stream().filter(CommitOperations::isCommit).toList();
        this.stack = new OperationStack(OperationStack.withoutRestored(newestFirst));
    }

    /** Whether an operation is a commit. */
    public static boolean isCommit(Operation operation) {
        return operation.command().startsWith(COMMIT);
    }

    /** Whether a commit has not been taken back. */
    public boolean isInForce(Operation commit) {
        return stack.isDone(commit);
    }

    /**
     * Whether a message is one of a commit that is in force. One that is older than the log counts as such, and one that was taken back and made
     * again at once, so that both look the same.
     */
    public boolean isInForce(CommitMessages.Message message) {
        return begin.isEmpty() || message.time().isBefore(begin.get())
                || commits.stream().anyMatch(commit -> isOf(commit, message) && isInForce(commit));
    }

    /** Whether a message is a commit's. */
    private boolean isOf(Operation commit, CommitMessages.Message message) {
        if (!text(commit).equals(message.text()) || commit.time().isBefore(message.time().minus(CLOCK))
                || commit.changes().stream().noneMatch(change -> change.ref().shortName().equals(message.branch()))) {
            return false;
        }
        Optional<Ancestor> point = point(commit);
        return point.isPresent() ? point.get().forkPoint().equals(message.lsn()) : commit.time().isBefore(message.time().plus(LONGEST));
    }

    /** What 'neon commit' was told. */
    private static String text(Operation commit) {
        return commit.command().substring(COMMIT.length());
    }

    /** What stands in the message of a commit; empty if the timeline has been collected that its branch got. */
    public Optional<CommitMessages.Message> message(Operation commit) {
        return point(commit).map(point -> new CommitMessages.Message(point.forkPoint(), commit.time(), commit.who(),
                commit.changes().getFirst().ref().shortName(), text(commit)));
    }

    /** Where a commit was made: the fork of the timeline that its branch got; empty if that has been collected. */
    public Optional<Ancestor> point(Operation commit) {
        return points.computeIfAbsent(commit.id(), _ -> commit.changes().stream().findFirst().flatMap(CommitOperations::timeline)
                .filter(timelines::exists).flatMap(timeline -> timelines.history(timeline).parent()));
    }

    private static Optional<TimelineId> timeline(RefChange change) {
        return change.newValue().map(value -> RefTarget.parse(change.ref(), value)).filter(RefTarget.Timeline.class::isInstance)
                .map(target -> ((RefTarget.Timeline) target).id());
    }
}
