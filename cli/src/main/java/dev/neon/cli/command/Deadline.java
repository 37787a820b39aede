package dev.neon.cli.command;

import dev.neon.cli.framework.Invocation;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.revision.TimeExpression;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Times to come, as options name them. */
final class Deadline {
    /** Later, the operation log could not write it: the end of the year 9998. */
    private static final Instant LATEST = Instant.parse("9998-12-31T00:00:00Z");

    private Deadline() {}

    /** The time after a duration such as {@code 7d}. */
    static Instant after(String option, String duration, Invocation invocation) {
        return after(RepositoryConfig.parseDuration(option, duration), invocation);
    }

    /** The time after a duration. */
    static Instant after(Duration duration, Invocation invocation) {
        try {
            Instant time = invocation.environment().clock().instant().plus(duration);
            return time.isAfter(LATEST) ? LATEST : time;
        } catch (DateTimeException | ArithmeticException tooLong) {
            return LATEST;
        }
    }

    /**
     * A time as {@code main@{…}} takes it.
     *
     * @throws InvalidInputException if it is none, or has passed
     */
    static Instant at(String option, String text, Invocation invocation) {
        Clock clock = invocation.environment().clock();
        Instant time = TimeExpression.parse(text, clock.instant(), clock.getZone()).orElseThrow(() ->
                new InvalidInputException("invalid value '" + text + "' of '" + option + "'",
                        "The value is a time, for example '2026-12-24 18:00'."));
        if (!time.isAfter(clock.instant())) {
            throw new InvalidInputException("'" + text + "' of '" + option + "' has passed", "Name a time to come.");
        }
        return time;
    }

    /** Either; empty for {@code never}. */
    static Optional<Instant> orNever(String option, String text, Invocation invocation) {
        if (text.equals("never")) {
            return Optional.empty();
        }
        return Optional.of(text.matches("\\d+\\s*\\p{Alpha}*") ? after(option, text, invocation) : at(option, text, invocation));
    }
}
