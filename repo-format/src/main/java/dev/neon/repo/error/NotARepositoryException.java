package dev.neon.repo.error;

import java.util.Optional;

/** No repository where one was looked for. */
public final class NotARepositoryException extends NeonException {
    public NotARepositoryException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public NotARepositoryException(String message) {
        super(message, Optional.empty());
    }
}
