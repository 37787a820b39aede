package dev.neon.sync;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The wish that another repository changes a ref.
 *
 * @param expected what it is to hold before; empty for nothing
 * @param target   what it is to hold; empty to delete it
 * @param isForced whether it may be anything, and not only what the old value comes before
 */
public record RefUpdate(RefName name, Optional<RefTarget.Point> expected, Optional<RefTarget.Point> target, boolean isForced) {
    /**
     * What came of it.
     *
     * @param refusal why not; empty if it was changed
     */
    public record Outcome(RefName name, Optional<String> refusal) {}

    /**
     * That no ref is named twice: which of the two is meant, nobody knows.
     *
     * @throws InvalidInputException if one is
     */
    static void requireOnce(List<RefName> names) {
        Set<RefName> seen = new HashSet<>();
        for (RefName name : names) {
            if (!seen.add(name)) {
                throw new InvalidInputException("'" + name + "' is to be changed twice at a time", "Name it once.");
            }
        }
    }
}
