package dev.neon.compute.daemon;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import java.time.Duration;
import java.util.Optional;

/** What the configuration says of work in the background. */
final class HousekeepingSettings {
    static final String GC_INTERVAL_KEY = "pageserver.gcInterval";

    private static final Duration GC_INTERVAL = Duration.ofHours(1);
    private static final String NEVER = "never";

    private HousekeepingSettings() {}

    /** Whether anything is done unasked. */
    static boolean isAutomatic(RepositoryConfig config) {
        return config.getBoolean("gc.auto", true);
    }

    /** How long after the last one {@code gc --auto} runs; empty for never. */
    static Optional<Duration> gcInterval(RepositoryConfig config) {
        return config.get(GC_INTERVAL_KEY).map(text -> parseInterval(GC_INTERVAL_KEY, text)).orElse(Optional.of(GC_INTERVAL));
    }

    /** @throws InvalidInputException if it is neither a time nor {@code never} */
    static Optional<Duration> parseInterval(String key, String text) {
        if (text.equals(NEVER)) {
            return Optional.empty();
        }
        Duration interval = RepositoryConfig.parseDuration(key, text);
        if (interval.isZero()) {
            throw new InvalidInputException("invalid value '" + text + "' of '" + key + "'", "It is a time, for example 1h, or never.");
        }
        return Optional.of(interval);
    }
}
