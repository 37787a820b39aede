package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;

/**
 * What a user types to name a point in a repository's history.
 * <pre>
 * revision := name | timeline-id | '@'          '@' is HEAD
 *           | [revision] '@' lsn                main@0/15ECF68
 *           | revision '^'                      the fork point
 *           | revision '~' n                    n commits before, 1 if left out; main~0 is main
 *           | [name] '@{' n '}'                 what the ref was n operations ago
 *           | [revision] '@{xid:' n '}'         just after a transaction
 *           | [revision] '@{' time '}'          main@{5 minutes ago}
 *           | [revision] '@{' name '}'          a restore point; '@{restore:' name '}' if it reads as another form
 * </pre>
 * Where the revision before {@code @} is left out, it is HEAD. Suffixes apply from left to right.
 */
public sealed interface Revision {
    /** HEAD, a branch, a tag, a remote's branch or tag, or a full ref name. */
    record Named(String name) implements Revision {}

    /** The end of a timeline. */
    record OfTimeline(TimelineId id) implements Revision {}

    /** A position in the history of what {@code base} names. */
    record AtLsn(Revision base, Lsn lsn) implements Revision {}

    /** Where the timeline of {@code base} was forked. */
    record ForkPoint(Revision base) implements Revision {}

    /** What was committed {@code commits} commits before; at least 1. */
    record Before(Revision base, int commits) implements Revision {}

    /** What a ref was {@code operations} changes ago; 0 is now. */
    record Earlier(String name, int operations) implements Revision {}

    /** A time, or else the name of a restore point; which of them depends on the words, which are not yet looked at. */
    record AtMoment(Revision base, String words) implements Revision {}

    /** The end of a transaction; the id is unsigned, of 32 bits or with its epoch in the upper half. */
    record AtTransaction(Revision base, long xid) implements Revision {}

    /** Where {@code pg_create_restore_point} was called. */
    record AtRestorePoint(Revision base, String name) implements Revision {}

    /** @throws InvalidInputException if the text has no such form; whether it names something is another question */
    static Revision parse(String text) {
        return new RevisionParser(text).parse();
    }
}
