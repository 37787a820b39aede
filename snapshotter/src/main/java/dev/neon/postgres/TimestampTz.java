package dev.neon.postgres;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * PostgreSQL's {@code TimestampTz}: microseconds since 2000-01-01 00:00:00 UTC, signed. Kept in a {@code long}, as
 * there are many.
 */
public final class TimestampTz {
    private static final long SECOND = 1_000_000;
    private static final long EPOCH_SECONDS = 946_684_800;
    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern("u-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);
    private static final DateTimeFormatter ZONE_OFFSET = DateTimeFormatter.ofPattern("x", Locale.ROOT);

    private TimestampTz() {}

    /** Every value is an instant. */
    public static Instant toInstant(long time) {
        return Instant.ofEpochSecond(EPOCH_SECONDS + Math.floorDiv(time, SECOND), Math.floorMod(time, SECOND) * 1000);
    }

    /**
     * What is below a microsecond is cut off.
     *
     * @throws ArithmeticException if the instant is more than 292,000 years away
     */
    public static long of(Instant instant) {
        long seconds = instant.getEpochSecond() - EPOCH_SECONDS;
        return Math.addExact(Math.multiplyExact(seconds, SECOND), instant.getNano() / 1000);
    }

    /**
     * Appends the time as {@code pg_waldump} writes it in a time zone: {@code 2026-11-21 10:00:00.123456 UTC} ({@code
     * REL_17 pg_waldump/compat.c timestamptz_to_str}). Before the year 2000 it rounds seconds up and gives the rest a
     * sign.
     */
    public static void append(long time, ZoneId zone, StringBuilder text) {
        ZonedDateTime second = Instant.ofEpochSecond(EPOCH_SECONDS + time / SECOND).atZone(zone);
        DATE_AND_TIME.formatTo(second, text);
        text.append('.');
        int micros = (int) (time % SECOND);
        String digits = Integer.toString(Math.abs(micros));
        int width = micros < 0 ? 5 : 6;
        text.append(micros < 0 ? "-" : "").repeat('0', Math.max(0, width - digits.length())).append(digits);
        text.append(' ').append(zoneName(second));
    }

    /** As the C library names zones: {@code UTC}, {@code CEST}, and {@code -03} where there are no letters. */
    private static String zoneName(ZonedDateTime time) {
        if (time.getZone().normalized().equals(ZoneOffset.UTC)) {
            return "UTC";
        }
        String name = ZONE_NAME.format(time);
        boolean isOffset = name.startsWith("GMT") && name.length() > 3 || !Character.isLetter(name.charAt(0));
        return isOffset ? ZONE_OFFSET.format(time) : name;
    }
}
