package dev.neon.gc;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * Somebody who needs a part of history: all points of one line of it, from the first to the last. The line is that of a
 * timeline and its ancestors, each up to where the next one was forked.
 *
 * @param name why, for people: {@code branch main}, {@code lease 3f2a01bc (nightly export)}
 * @param from inclusive; it may lie on an ancestor; {@link #OPEN} for the end of the timeline alone
 * @param to   inclusive; {@link #OPEN} for the end of the timeline, wherever that is by the time
 */
public record Root(String name, TimelineId timeline, Lsn from, Lsn to) {
    /** After every point. */
    public static final Lsn OPEN = Lsn.LAST;

    public Root {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("a range from " + from + " to " + to);
        }
    }

    /** Who needs one point only: a tag. */
    public static Root ofPoint(String name, TimelineId timeline, Lsn point) {
        return new Root(name, timeline, point, point);
    }

    /** Who needs the end of a timeline, wherever that is by the time: nobody has to read WAL to find it. */
    public static Root ofEnd(String name, TimelineId timeline) {
        return ofPoint(name, timeline, OPEN);
    }
}
