package dev.neon.repo.refs;

import dev.neon.repo.TimelineId;
import java.util.Optional;

/** Where HEAD is. */
public sealed interface Head {
    /** On a branch itself: what a server writes belongs to it at once. The branch need not exist. */
    record OnBranch(RefName name) implements Head {
        @Override
        public Optional<RefName> branch() {
            return Optional.of(name);
        }

        @Override
        public RefTarget target() {
            return new RefTarget.Symbolic(name);
        }
    }

    /**
     * On a temporary timeline, as after {@code neon checkout}.
     *
     * @param branch that it is to be committed to; empty if it was forked from another point
     */
    record Temporary(TimelineId timeline, Optional<RefName> branch) implements Head {
        @Override
        public RefTarget target() {
            return new RefTarget.Timeline(timeline, branch);
        }
    }

    /** The branch that people say they are on. */
    Optional<RefName> branch();

    /** The same place when its branch is called otherwise. */
    default Head renamed(RefName branch) {
        return this instanceof Temporary temporary ? new Temporary(temporary.timeline(), Optional.of(branch)) : new OnBranch(branch);
    }

    /** What the file HEAD holds. */
    RefTarget target();

    /** Where HEAD is; empty if there is none. */
    static Optional<Head> read(RefStore refs) {
        return refs.read(RefName.HEAD).map(Head::of);
    }

    /** What a value of HEAD says. */
    static Head of(RefTarget target) {
        // Before the switch, which costs 8 ms of start-up when it is the first over types.
        if (target instanceof RefTarget.Symbolic symbolic) {
            return new OnBranch(symbolic.name());
        }
        return switch (target) {
            case RefTarget.Symbolic symbolic -> new OnBranch(symbolic.name());
            case RefTarget.Timeline timeline -> new Temporary(timeline.id(), timeline.branch());
            case RefTarget.Point point -> new Temporary(point.timeline(), Optional.empty());
        };
    }
}
