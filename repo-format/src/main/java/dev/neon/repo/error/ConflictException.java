package dev.neon.repo.error;

import java.util.Optional;

/** The operation would lose or contradict something, or the state is not as the caller expected. */
public final class ConflictException extends NeonException {
    public ConflictException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public ConflictException(String message) {
        super(message, Optional.empty());
    }
}
