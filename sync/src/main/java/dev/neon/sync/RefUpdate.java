package dev.neon.sync;

import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.util.Optional;

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
}
