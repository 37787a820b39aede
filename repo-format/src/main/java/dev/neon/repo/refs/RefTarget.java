package dev.neon.repo.refs;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What a ref holds. */
public sealed interface RefTarget {
    /**
     * The tip of a timeline, wherever that is by now: a branch, or HEAD after a checkout.
     *
     * @param branch of HEAD alone: the branch to which {@code neon commit} brings the timeline
     */
    record Timeline(TimelineId id, Optional<RefName> branch) implements RefTarget {
        /** As a branch has it. */
        public Timeline(TimelineId id) {
            this(id, Optional.empty());
        }
    }

    /**
     * A fixed point: a tag, or what a remote's branch was when it was fetched.
     *
     * @param lsn     the end of the last record that belongs to the point
     * @param date    when the point was named
     * @param author  who named it
     */
    record Point(TimelineId timeline, Lsn lsn, Optional<String> message, Optional<Instant> date,
            Optional<String> author) implements RefTarget {
        /** A point without a message. */
        public static Point of(TimelineId timeline, Lsn lsn) {
            return new Point(timeline, lsn, Optional.empty(), Optional.empty(), Optional.empty());
        }

        // A record's own are made anew by each JVM, which a short fetch would wait for.

        @Override
        public boolean equals(Object other) {
            return other instanceof Point point && timeline.equals(point.timeline) && lsn.equals(point.lsn)
                    && message.equals(point.message) && date.equals(point.date) && author.equals(point.author);
        }

        @Override
        public int hashCode() {
            return Objects.hash(timeline, lsn, message, date, author);
        }
    }

    /** Another ref: HEAD on a branch. That ref need not exist. */
    record Symbolic(RefName name) implements RefTarget {}

    /**
     * Reads a value of the operation log.
     *
     * @param ref whose value it was, for the error
     * @throws dev.neon.repo.error.CorruptFileException if it is not the content of a ref
     */
    static RefTarget parse(RefName ref, String value) {
        return RefFormat.parse(Path.of(ref.full()), value);
    }
}
