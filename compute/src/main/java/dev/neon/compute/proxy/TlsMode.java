package dev.neon.compute.proxy;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import java.util.Locale;

/** Which clients may come: {@code pageserver.tls}. */
enum TlsMode {
    /** Those in the clear only. */
    OFF,
    ON,
    /** Those behind TLS only, but for requests to cancel: older clients send these in the clear always. */
    REQUIRE;

    private static final String SETTING = "pageserver.tls";

    static TlsMode of(RepositoryConfig config) {
        String text = config.get(SETTING).orElse("on");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on" -> ON;
            case "off" -> OFF;
            case "require" -> REQUIRE;
            default -> throw new InvalidInputException("invalid value '" + text + "' of '" + SETTING + "'", "It is on, off or require.");
        };
    }
}
