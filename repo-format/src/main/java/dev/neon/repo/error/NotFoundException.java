package dev.neon.repo.error;

import java.util.Optional;

/** A branch, tag, revision, timeline, snapshot or program does not exist. */
public final class NotFoundException extends NeonException {
    public NotFoundException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public NotFoundException(String message) {
        super(message, Optional.empty());
    }
}
