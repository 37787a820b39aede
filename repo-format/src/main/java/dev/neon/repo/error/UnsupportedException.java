package dev.neon.repo.error;

import java.util.Optional;

/** Something that neon refuses or cannot do: an external tablespace, another PostgreSQL major. */
public final class UnsupportedException extends NeonException {
    public UnsupportedException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public UnsupportedException(String message) {
        super(message, Optional.empty());
    }
}
