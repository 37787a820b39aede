package dev.neon.compute.proxy;

import dev.neon.repo.TimelineId;
import java.time.Duration;
import java.util.Optional;

/**
 * A server that clients of the page server use, or have used lately.
 *
 * @param branch     as clients name it; of a point in the past its revision
 * @param timeline   of a point in the past the one that it is on, and not the throw-away one
 * @param port       empty before it is started
 * @param pid        the same
 * @param sessions   clients that are connected to it, or wait for it
 * @param idle       how long it has had none; empty if it has some
 * @param isOwn      whether the page server has started it, and so stops it
 * @param isReadOnly whether it is of a point in the past
 * @param memory     bytes that it took when that was looked at last; empty if it is not the page server's own, or the operating system does
 *                   not tell
 */
public record ServerStatus(String branch, TimelineId timeline, State state, Optional<Integer> port, Optional<Long> pid, int sessions,
                           Optional<Duration> idle, boolean isOwn, boolean isReadOnly,
                           Optional<Long> memory) {
    /** What a server does. */
    public enum State {
        STARTING, RUNNING,
        /** The next client starts it again. */
        CRASHED
    }
}
