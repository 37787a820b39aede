package dev.neon.repo.error;

import java.util.Optional;

/** Another repository cannot be reached, breaks off, or says what nobody can make sense of. */
public final class TransferFailedException extends NeonException {
    public TransferFailedException(String message, String hint) {
        super(message, Optional.of(hint));
    }

    public TransferFailedException(String message, String hint, Throwable cause) {
        super(message, Optional.of(hint), cause);
    }
}
