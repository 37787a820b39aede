package dev.neon.postgres;

import java.util.Locale;
import java.util.Optional;

/** How much the WAL of a cluster tells, in PostgreSQL's numbering ({@code REL_17 xlog.h WalLevel}). */
public enum WalLevel {
    MINIMAL,
    REPLICA,
    LOGICAL;

    /** The level of a number, if there is one. */
    public static Optional<WalLevel> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /** As in postgresql.conf. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
