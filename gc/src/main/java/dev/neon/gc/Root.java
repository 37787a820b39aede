package dev.neon.gc;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * Somebody who needs a part of history: all points of one line of it, from the first to the last. The line is that of a
 * timeline and its ancestors, each up to where the next one was forked.
 *
 * @param name for people, a ref's full name for example
 * @param from inclusive; it may lie on an ancestor
 * @param to   inclusive; {@link #OPEN} for the end of the timeline, wherever that is by the time
 */
public record Root(String name, TimelineId timeline, Lsn from, Lsn to) {
    /** After every point. */
    public static final Lsn OPEN = new Lsn(-1);

    public Root {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("a range from " + from + " to " + to);
        }
    }

    /** Who needs one point only: a tag. */
    public static Root ofPoint(String name, TimelineId timeline, Lsn point) {
        return new Root(name, timeline, point, point);
    }
}
