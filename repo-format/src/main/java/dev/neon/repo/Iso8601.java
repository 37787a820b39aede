package dev.neon.repo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Instants as text: just what {@link Instant#toString} and {@link Instant#parse} make of them, but without the formatters
 * behind those, which take some milliseconds of a command's start.
 */
public final class Iso8601 {
    /** With a * for each digit; a fraction of 1 to 9 digits may follow, and then a Z. */
    private static final String SECONDS = "****-**-**T**:**:**";
    private static final int LONGEST_FRACTION = 9;

    private Iso8601() {}

    /** Writes {@code 2026-11-21T07:35:31Z}, with 3, 6 or 9 digits of a fraction as needed. */
    public static String format(Instant instant) {
        // The years 0 to 9999, less their last day.
        if (instant.getEpochSecond() < -62_167_219_200L || instant.getEpochSecond() >= 253_402_214_400L) {
            return instant.toString();
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        String text = time.toString();
        return text.length() < SECONDS.length() ? text + ":00Z" : text + "Z";
    }

    /**
     * Reads what {@link #format} writes.
     *
     * @throws DateTimeException if it is anything else
     */
    public static Instant parse(String text) {
        if (!hasTheForm(text)) {
            return Instant.parse(text);
        }
        try {
            int fraction = text.length() == SECONDS.length() + 1 ? 0 : number(text, SECONDS.length() + 1, text.length() - 1);
            for (int digits = text.length() - SECONDS.length() - 2; digits < LONGEST_FRACTION; digits++) {
                fraction *= 10;
            }
            return LocalDateTime.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10), number(text, 11, 13),
                    number(text, 14, 16), number(text, 17, 19), fraction).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noSuchTime) {
            // Such as 24:00, which has a meaning, or the 31st of June, which has none.
            return Instant.parse(text);
        }
    }

    private static boolean hasTheForm(String text) {
        int last = text.length() - 1;
        int fraction = last - SECONDS.length() - 1;
        if (last < SECONDS.length() || fraction == 0 || fraction > LONGEST_FRACTION || text.charAt(last) != 'Z'
                || fraction > 0 && text.charAt(SECONDS.length()) != '.') {
            return false;
        }
        for (int i = 0; i < last; i++) {
            char wanted = i < SECONDS.length() ? SECONDS.charAt(i) : '*';
            char is = text.charAt(i);
            if (i != SECONDS.length() && (wanted == '*' ? is < '0' || is > '9' : is != wanted)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
