package dev.neon.repo.error;

import java.util.Optional;

/** A name or a directory is taken. */
public final class AlreadyExistsException extends NeonException {
    public AlreadyExistsException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public AlreadyExistsException(String message) {
        super(message, Optional.empty());
    }
}
