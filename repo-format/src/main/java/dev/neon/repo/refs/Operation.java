package dev.neon.repo.refs;

import java.time.Instant;
import java.util.List;

/**
 * One entry of the operation log: the refs that one command changed together.
 *
 * @param id      16 lower-case hexadecimal digits, random
 * @param who     who acted, as the command line named them
 * @param command what was run, for people: {@code branch heikki main}
 * @param changes at least one; each ref at most once
 */
public record Operation(String id, Instant time, String who, String command, List<RefChange> changes) {
    public Operation {
        changes = List.copyOf(changes);
    }
}
