package dev.neon.repo.error;

import java.util.Optional;

/** A PostgreSQL program did not do what it was started for. */
public final class PostgresFailedException extends NeonException {
    private final String output;

    /**
     * @param output the last lines that the program printed or logged; empty if there are none
     */
    public PostgresFailedException(String message, String output, String hint) {
        super(message, Optional.of(hint));
        this.output = output;
    }

    public String output() {
        return output;
    }
}
