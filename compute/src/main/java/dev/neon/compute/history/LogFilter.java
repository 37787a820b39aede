package dev.neon.compute.history;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which entries are wanted.
 *
 * @param since      none before; an entry without a time passes
 * @param until      none after
 * @param background whether what no transaction wrote is told too; then all WAL is read, and not only that in which
 *                   transactions ended
 * @param others     what else they have to be
 */
public record LogFilter(Optional<Instant> since, Optional<Instant> until, boolean background,
        Predicate<LogEntry> others) {
    /** Whether anything in this time may be wanted. */
    boolean accepts(Instant earliest, Instant latest) {
        return since.map(begin -> !latest.isBefore(begin)).orElse(true)
                && until.map(end -> !earliest.isAfter(end)).orElse(true);
    }

    boolean accepts(LogEntry entry) {
        return entry.time().map(time -> accepts(time, time)).orElse(true) && others.test(entry);
    }
}
