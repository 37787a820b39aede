package dev.neon.compute.instance;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The ports to try for one start, one after the other: the one that is asked for, or any that nobody uses. */
final class PortChoice {
    private final Optional<Integer> asked;
    private final Set<Integer> avoided;

    /**
     * @param asked    the only port to try
     * @param reserved ports that belong to other servers
     */
    PortChoice(Optional<Integer> asked, Set<Integer> reserved) {
        this.asked = asked;
        this.avoided = new HashSet<>(reserved);
    }

    /** @throws dev.neon.repo.error.BusyException if the one asked for is taken, or none is left */
    int next() {
        if (asked.isPresent()) {
            if (!Ports.isFree(asked.get())) {
                throw ServerStart.portTaken(asked.get());
            }
            return asked.get();
        }
        int port = Ports.firstFree(avoided);
        avoided.add(port);
        return port;
    }
}
