package dev.neon.cli.command.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Times as PostgreSQL writes them, so that they can be given back to it and to {@code main@{…}}. */
final class Times {
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSx", Locale.ROOT);
    private static final String UNKNOWN = "unknown";

    private final ZoneId zone;

    Times(ZoneId zone) {
        this.zone = zone;
    }

    /** {@code 2026-11-20 10:00:00.123456+00}. */
    String text(Optional<Instant> time) {
        return time.map(instant -> ISO.format(instant.atZone(zone))).orElse(UNKNOWN);
    }
}
