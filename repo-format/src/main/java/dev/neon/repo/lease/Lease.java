package dev.neon.repo.lease;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.ProcessIdentity;
import java.time.Instant;
import java.util.List;

/**
 * A wish that a part of history be kept for a while.
 *
 * @param id      8 lower-case hexadecimal digits
 * @param holder  for how long
 * @param reason  for people; may be empty
 * @param who     who took it, as the command line named them
 * @param created when it was taken
 * @param spans   what is kept; one at least
 */
public record Lease(String id, Holder holder, String reason, String who, Instant created, List<Span> spans) {
    public Lease {
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("a lease on nothing");
        }
        spans = List.copyOf(spans);
    }

    /** Until when a lease holds. */
    public sealed interface Holder {
        /**
         * A user's lease.
         *
         * @param expires exclusive
         */
        record User(Instant expires) implements Holder {}

        /** That of a command, for as long as its process is there. */
        record Operation(ProcessIdentity process) implements Holder {}
    }

    /**
     * Points of one line of history: of a timeline and its ancestors, each up to where the next one was forked.
     *
     * @param from inclusive; it may lie on an ancestor
     * @param to   inclusive, not before {@code from}; {@link Lsn#LAST} for the end, wherever that is by the time
     */
    public record Span(TimelineId timeline, Lsn from, Lsn to) {
        public Span {
            if (from.isAfter(to)) {
                throw new IllegalArgumentException("a range from " + from + " to " + to);
            }
        }

        /** One point. */
        public static Span ofPoint(TimelineId timeline, Lsn point) {
            return new Span(timeline, point, point);
        }

        /** All that there is of a line. */
        public static Span ofLine(TimelineId timeline) {
            return new Span(timeline, Lsn.ZERO, Lsn.LAST);
        }
    }
}
