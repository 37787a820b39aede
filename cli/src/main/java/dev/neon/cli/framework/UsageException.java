package dev.neon.cli.framework;

import java.util.Optional;

/** The command line itself is wrong. The message is lower case and quotes its subject; the hint is whole sentences. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Optional<String> hint;

    public UsageException(String message, String hint) {
        super(message);
        this.hint = Optional.of(hint);
    }

    public UsageException(String message) {
        super(message);
        this.hint = Optional.empty();
    }

    public Optional<String> hint() {
        return hint;
    }
}
