package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CommitMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The points on a line of history that {@code neon commit} has made. */
final class CommitLine {
    private final Repository repository;
    private final WorkBetween work;

    CommitLine(Repository repository, WorkBetween work) {
        this.repository = repository;
        this.work = work;
    }

    /**
     * Goes back from a point. What was done there since the last commit counts as one to come, as in git the working tree does:
     * one back from it is that commit.
     *
     * @param commits at least 1
     * @param text    the revision, for the error
     * @throws NotFoundException if there are not so many
     */
    Point before(Point point, int commits, String text) {
        List<Point> line = line(point);
        boolean isAtCommit = !line.isEmpty() && !work.isAny(point.timeline(), line.getFirst().lsn(), point.lsn());
        int index = isAtCommit ? commits : commits - 1;
        if (index >= line.size()) {
            int before = line.size() - (isAtCommit ? 1 : 0);
            throw new NotFoundException("revision '" + text + "' does not exist: there " + (before == 1 ? "is 1 commit" : "are "
                    + (before == 0 ? "no" : before) + " commits") + " before", "'neon log --oneline' shows commits as \"committed to\"."
                            + " Where a timeline was forked is '^', what a branch was before an operation '@{1}', and what it was at a time"
                            + " '@{1 hour ago}'.");
        }
        return line.get(index);
    }

    /** All up to a point, newest first. */
    private List<Point> line(Point point) {
        CommitMessages messages = new CommitMessages(repository.timelines(), repository.files());
        List<Point> found = new ArrayList<>();
        Lsn limit = point.lsn();
        add(found, messages, point.timeline(), limit);
        for (Ancestor ancestor : repository.timelines().history(point.timeline()).ancestors().reversed()) {
            limit = Lsn.min(limit, ancestor.forkPoint());
            add(found, messages, ancestor.timeline(), limit);
        }
        return found;
    }

    private static void add(List<Point> found, CommitMessages messages, TimelineId timeline, Lsn limit) {
        messages.of(timeline).reversed().stream().filter(message -> !message.lsn().isAfter(limit))
                .forEach(message -> found.add(new Point(timeline, message.lsn(), Optional.empty())));
    }
}
