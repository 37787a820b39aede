package dev.neon.repo.error;

import java.util.Optional;

/** A repository or a file written by a newer neon. */
public final class FormatTooNewException extends NeonException {
    private final int version;
    private final int newestKnown;

    public FormatTooNewException(String subject, int version, int newestKnown) {
        super("'" + subject + "' has format version " + version + ", this neon knows versions up to " + newestKnown,
                Optional.of("Use the neon that wrote it, or a newer one."));
        this.version = version;
        this.newestKnown = newestKnown;
    }

    public int version() {
        return version;
    }

    public int newestKnown() {
        return newestKnown;
    }
}
