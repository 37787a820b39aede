package dev.neon.repo;

import dev.neon.repo.error.InvalidInputException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A log sequence number: a byte position in a stream of WAL, counted from the stream's beginning. Unsigned 64 bits.
 *
 * <p>Written as PostgreSQL writes it, {@code 0/15ECF68}: two upper-case hexadecimal numbers without leading zeros
 * ({@code REL_17 xlogdefs.h LSN_FORMAT_ARGS}); in file names as 16 hexadecimal digits, so that names sort.
 *
 * @param value the position, unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {
    /** PostgreSQL's {@code InvalidXLogRecPtr}; no record ever starts here. */
    public static final Lsn ZERO = new Lsn(0);

    /** Not before any other; stands for the end of WAL, wherever that is by the time. */
    public static final Lsn LAST = new Lsn(-1);

    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    /**
     * Reads {@code 0/15ECF68}.
     *
     * @throws InvalidInputException if the text is not two hexadecimal numbers of 1 to 8 digits with a slash between
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        String high = slash < 0 ? "" : text.substring(0, slash);
        String low = slash < 0 ? "" : text.substring(slash + 1);
        if (!isHex(high) || !isHex(low)) {
            throw new InvalidInputException("invalid LSN '" + text + "'",
                    "An LSN is two hexadecimal numbers with a slash between, for example 0/15ECF68.");
        }
        return new Lsn((long) HexFormat.fromHexDigits(high) << 32 | HexFormat.fromHexDigitsToLong(low));
    }

    /**
     * Reads the 16 digits of {@link #toFileName()}.
     *
     * @throws InvalidInputException if the name is anything else
     */
    public static Lsn parseFileName(String name) {
        if (name.length() != 16 || !name.chars().allMatch(HexFormat::isHexDigit)) {
            throw new InvalidInputException("invalid LSN in file name '" + name + "'",
                    "Such a name is 16 hexadecimal digits, for example 00000000015ECF68.");
        }
        return new Lsn(HexFormat.fromHexDigitsToLong(name));
    }

    private static boolean isHex(String digits) {
        return !digits.isEmpty() && digits.length() <= 8 && digits.chars().allMatch(HexFormat::isHexDigit);
    }

    /** This position moved by {@code bytes}, which may be negative. */
    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    /** The bytes from {@code earlier} to here; negative if it is later. */
    public long minus(Lsn earlier) {
        return value - earlier.value;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    public static Lsn min(Lsn a, Lsn b) {
        return a.isBefore(b) ? a : b;
    }

    public static Lsn max(Lsn a, Lsn b) {
        return a.isBefore(b) ? b : a;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** 16 upper-case hexadecimal digits. */
    public String toFileName() {
        return UPPER.toHexDigits(value);
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Lsn other && other.value == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    /** The form of PostgreSQL's messages, {@code 0/15ECF68}. */
    @Override
    public String toString() {
        return Integer.toHexString((int) (value >>> 32)).toUpperCase(Locale.ROOT) + '/'
                + Integer.toHexString((int) value).toUpperCase(Locale.ROOT);
    }
}
