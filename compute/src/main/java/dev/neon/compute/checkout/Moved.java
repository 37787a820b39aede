package dev.neon.compute.checkout;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.refs.Head;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Optional;

/**
 * What an operation has done.
 *
 * @param head    where HEAD is now
 * @param at      the point at which it is, or to which a branch was moved
 * @param left    a server that goes on where HEAD is no longer
 * @param restart servers that were stopped and are to be started where their names are now
 */
public record Moved(Head head, Point at, Optional<Instance> left, List<StartRequest> restart) {
    public Moved {
        restart = List.copyOf(restart);
    }
}
