package dev.neon.repo;

import dev.neon.repo.error.InvalidInputException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one repository: it says who may write a timeline.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record RepositoryId(String hex) {
    private static final int DIGITS = 32;

    public RepositoryId {
        if (hex.length() != DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new InvalidInputException("invalid repository id '" + hex + "'",
                    "A repository id is 32 hexadecimal digits.");
        }
    }

    /** A new id. */
    public static RepositoryId random() {
        byte[] bits = RandomBits.of(DIGITS / 2);
        return new RepositoryId(HexFormat.of().formatHex(bits));
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof RepositoryId other && other.hex.equals(hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public String toString() {
        return hex;
    }
}
