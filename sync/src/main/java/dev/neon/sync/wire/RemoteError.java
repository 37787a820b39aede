package dev.neon.sync.wire;

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
import dev.neon.repo.files.Escape;

/**
 * A failure of the other side.
 *
 * @param code what kind it is; an unknown one is as {@code failed}
 * @param hint may be empty
 */
record RemoteError(String code, String message, String hint) {
    /** One for people elsewhere: of damage and of storage it says no more than its message does. */
    static RemoteError of(RuntimeException failure) {
        if (!(failure instanceof NeonException known)) {
            return new RemoteError("failed", "internal error: " + failure, "Report it, with what its log says.");
        }
        String code = switch (known) {
            case AccessDeniedException _ -> "denied";
            case NotFoundException _ -> "not-found";
            case NotARepositoryException _ -> "not-a-repository";
            case ConflictException _, AlreadyExistsException _ -> "conflict";
            case BusyException _ -> "busy";
            case InvalidInputException _ -> "invalid";
            case UnsupportedException _, UnsupportedWalException _, FormatTooNewException _ -> "unsupported";
            case CorruptFileException _, StorageFailedException _, PostgresFailedException _, TransferFailedException _ -> "failed";
        };
        return new RemoteError(code, String.valueOf(known.getMessage()), known.hint().orElse(""));
    }

    /** Three lines: code, message, hint. */
    String text() {
        return code + '\n' + Escape.escape(message) + '\n' + Escape.escape(hint) + '\n';
    }

    static RemoteError parse(String text) {
        String[] lines = text.split("\n", -1);
        return new RemoteError(lines[0], lines.length > 1 ? plain(lines[1]) : "", lines.length > 2 ? plain(lines[2]) : "");
    }

    /** Strangers' text goes to a terminal: nothing but what is visible. */
    private static String plain(String escaped) {
        String text;
        try {
            text = Escape.unescape(escaped);
        } catch (InvalidInputException malformed) {
            text = escaped;
        }
        return text.replaceAll("\\p{Cntrl}", " ").strip();
    }

    /** The failure, as one of this side. */
    NeonException exception() {
        String said = "the other side refuses: " + message;
        String advice = hint.isEmpty() ? "Its own log may tell more." : hint;
        return switch (code) {
            case "denied" -> new AccessDeniedException(said, advice);
            case "not-found" -> new NotFoundException(said, advice);
            case "not-a-repository" -> new NotARepositoryException(said, advice);
            case "conflict" -> new ConflictException(said, advice);
            case "busy" -> new BusyException(said, advice);
            case "invalid" -> new InvalidInputException(said, advice);
            case "unsupported" -> new UnsupportedException(said, advice);
            default -> new TransferFailedException("the other side failed: " + message, advice);
        };
    }
}
