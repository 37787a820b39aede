package dev.neon.repo.error;

import java.nio.file.Path;
import java.util.Optional;

/** A file whose bytes are not what they must be. */
public final class CorruptFileException extends NeonException {
    private final Path path;
    private final long offset;
    private final String expected;
    private final String actual;

    /**
     * @param path     the file
     * @param offset   where in the file, in bytes from its start
     * @param expected what should be there, for people
     * @param actual   what is there, for people
     */
    public CorruptFileException(Path path, long offset, String expected, String actual, String hint) {
        super("'" + path + "' is damaged at byte " + offset + ": found " + actual + " but expected " + expected,
                Optional.of(hint));
        this.path = path;
        this.offset = offset;
        this.expected = expected;
        this.actual = actual;
    }

    public Path path() {
        return path;
    }

    public long offset() {
        return offset;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
