package dev.neon.postgres;

import java.util.Optional;

/** The files of a relation, by their number ({@code REL_17 relpath.h ForkNumber}). */
public enum ForkNumber {
    MAIN("main"),
    FSM("fsm"),
    VISIBILITYMAP("vm"),
    INIT("init");

    private final String forkName;

    ForkNumber(String forkName) {
        this.forkName = forkName;
    }

    /** The fork of a number, if there is one. */
    public static Optional<ForkNumber> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /** {@code forkNames[]}. */
    @Override
    public String toString() {
        return forkName;
    }
}
