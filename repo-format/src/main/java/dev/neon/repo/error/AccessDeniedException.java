package dev.neon.repo.error;

import java.util.Optional;

/** Another repository does not let this user do it. */
public final class AccessDeniedException extends NeonException {
    public AccessDeniedException(String message, String hint) {
        super(message, Optional.of(hint));
    }
}
