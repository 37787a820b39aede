package dev.neon.repo;

import dev.neon.repo.error.InvalidInputException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a timeline: 128 random bits. Ids of the format's first draft have 160 bits and are read as well.
 *
 * @param hex 32 (or 40) lower-case hexadecimal digits
 */
public record TimelineId(String hex) implements Comparable<TimelineId> {
    private static final int DIGITS = 32;
    private static final int DRAFT_DIGITS = 40;

    public TimelineId {
        if (!isTimelineId(hex)) {
            throw new InvalidInputException("invalid timeline id '" + hex + "'",
                    "A timeline id is 32 hexadecimal digits.");
        }
        hex = hex.toLowerCase(Locale.ROOT);
    }

    /** Whether {@code text} has the form of an id; says nothing about whether such a timeline exists. */
    public static boolean isTimelineId(String text) {
        if (text.length() != DIGITS && text.length() != DRAFT_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** A new id. */
    public static TimelineId random() {
        byte[] bits = RandomBits.of(DIGITS / 2);
        return new TimelineId(HexFormat.of().formatHex(bits));
    }

    /** Whether it is one of the format's first draft. */
    public boolean isOfDraft() {
        return hex.length() == DRAFT_DIGITS;
    }

    @Override
    public int compareTo(TimelineId other) {
        return hex.compareTo(other.hex);
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof TimelineId other && other.hex.equals(hex);
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
