package dev.neon.cli.framework;

import dev.neon.repo.error.AccessDeniedException;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import java.util.List;

/**
 * The status that neon ends with. A number is never given to another meaning; one that falls out of use stays reserved.
 *
 * @param number  0 to 255
 * @param meaning for the help of a command, lower case
 */
public record ExitCode(int number, String meaning) {
    public static final ExitCode OK = new ExitCode(0, "success");
    public static final ExitCode NEGATIVE = new ExitCode(1, "the answer is no");
    public static final ExitCode USAGE = new ExitCode(2, "the command line is wrong");
    public static final ExitCode NOT_A_REPOSITORY = new ExitCode(3, "there is no repository here");
    public static final ExitCode NOT_FOUND = new ExitCode(4, "something named does not exist");
    public static final ExitCode ALREADY_EXISTS = new ExitCode(5, "the name or directory is taken");
    public static final ExitCode CONFLICT = new ExitCode(6, "something would be lost or contradicted");
    public static final ExitCode BUSY = new ExitCode(7, "somebody else holds a lock, a port or a server");
    public static final ExitCode INVALID_INPUT = new ExitCode(8, "a name, an LSN or a value has the wrong form");
    public static final ExitCode CORRUPT = new ExitCode(9, "a file is damaged");
    public static final ExitCode STORAGE_FAILED =
            new ExitCode(10, "the file system refused: full, read-only or not permitted");
    public static final ExitCode POSTGRES_FAILED = new ExitCode(11, "PostgreSQL failed");
    public static final ExitCode UNSUPPORTED = new ExitCode(12, "neon refuses or cannot do this");
    public static final ExitCode FORMAT_TOO_NEW = new ExitCode(13, "the repository was written by a newer neon");
    public static final ExitCode TRANSFER_FAILED =
            new ExitCode(14, "another repository cannot be reached or broke off");
    public static final ExitCode ACCESS_DENIED = new ExitCode(15, "another repository does not let this user do it");
    public static final ExitCode INTERNAL = new ExitCode(70, "a bug in neon");
    public static final ExitCode INTERRUPTED = new ExitCode(130, "interrupted");

    /** All codes of neon's own, by number. */
    public static final List<ExitCode> ALL = List.of(OK, NEGATIVE, USAGE, NOT_A_REPOSITORY, NOT_FOUND, ALREADY_EXISTS,
            CONFLICT, BUSY, INVALID_INPUT, CORRUPT, STORAGE_FAILED, POSTGRES_FAILED, UNSUPPORTED, FORMAT_TOO_NEW,
            TRANSFER_FAILED, ACCESS_DENIED, INTERNAL, INTERRUPTED);

    /** The status of a program that a command ran in the user's stead, such as psql. */
    public static ExitCode ofProgram(int status) {
        return status == 0 ? OK : new ExitCode(status, "the status of the program");
    }

    /** With which a command ends that fails so. */
    public static ExitCode of(NeonException failure) {
        return switch (failure) {
            case NotARepositoryException e -> NOT_A_REPOSITORY;
            case NotFoundException e -> NOT_FOUND;
            case AlreadyExistsException e -> ALREADY_EXISTS;
            case ConflictException e -> CONFLICT;
            case BusyException e -> BUSY;
            case InvalidInputException e -> INVALID_INPUT;
            case CorruptFileException e -> CORRUPT;
            case StorageFailedException e -> STORAGE_FAILED;
            case PostgresFailedException e -> POSTGRES_FAILED;
            case UnsupportedException e -> UNSUPPORTED;
            case UnsupportedWalException e -> UNSUPPORTED;
            case FormatTooNewException e -> FORMAT_TOO_NEW;
            case TransferFailedException e -> TRANSFER_FAILED;
            case AccessDeniedException e -> ACCESS_DENIED;
        };
    }
}
