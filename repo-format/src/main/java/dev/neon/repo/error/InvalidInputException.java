package dev.neon.repo.error;

import java.util.Optional;

/** What the user typed does not have the form that is needed: a name, an LSN, a number. */
public final class InvalidInputException extends NeonException {
    public InvalidInputException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public InvalidInputException(String message) {
        super(message, Optional.empty());
    }
}
