package dev.neon.repo.error;

import java.util.Optional;

/** Somebody else holds what is needed: a lock, a port, a running server. */
public final class BusyException extends NeonException {
    public BusyException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public BusyException(String message) {
        super(message, Optional.empty());
    }
}
