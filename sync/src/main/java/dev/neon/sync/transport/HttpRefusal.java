package dev.neon.sync.transport;

import dev.neon.repo.error.AccessDeniedException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.TransferFailedException;
import java.net.URI;
import java.util.Optional;

/** What somebody says who does not speak the protocol: a proxy, or another server altogether. */
final class HttpRefusal {
    private HttpRefusal() {}

    /**
     * What its status means to a user.
     *
     * @param location where it says that the address has moved to
     */
    static NeonException of(URI address, int status, Optional<String> location) {
        String subject = "'" + address + "'";
        return switch (status) {
            case 301, 302, 303, 307, 308 -> new TransferFailedException(subject + " has moved to '"
                    + location.orElse("?").replaceAll("\\p{Cntrl}", "?") + "'", "Use that address.");
            case 401, 403, 407 -> new AccessDeniedException(subject + " does not let you in (HTTP " + status + ")",
                    "Set NEON_TOKEN, or 'neon config set remote.<name>.token <token>'.");
            case 404, 405, 501 -> new NotARepositoryException("there is no repository at " + subject, "Check the address.");
            case 413 -> new InvalidInputException(subject + " does not take requests of that size", "Something before the server may have a limit of its own.");
            case 429, 503 -> new BusyException(subject + " is busy (HTTP " + status + ")", "Try again in a while.");
            default -> new TransferFailedException(subject + " answers with HTTP " + status + " and not as a neon repository does",
                    "Check the address, and what stands before the server.");
        };
    }
}
