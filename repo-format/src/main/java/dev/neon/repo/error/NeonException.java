package dev.neon.repo.error;

import java.util.Optional;

/**
 * What went wrong, about which thing, and what to do. The message is lower case, quotes its subject and has no full
 * stop; the hint is one or more whole sentences. Only the command line turns these into output and exit codes.
 */
public abstract sealed class NeonException extends RuntimeException
        permits AccessDeniedException, AlreadyExistsException, BusyException, ConflictException, CorruptFileException,
                FormatTooNewException, InvalidInputException, NotARepositoryException, NotFoundException, PostgresFailedException,
                StorageFailedException, TransferFailedException, UnsupportedException, UnsupportedWalException {
    private final Optional<String> hint;

    NeonException(String message, Optional<String> hint) {
        super(message);
        this.hint = hint;
    }

    NeonException(String message, Optional<String> hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** What the user can do about it. */
    public final Optional<String> hint() {
        return hint;
    }
}
