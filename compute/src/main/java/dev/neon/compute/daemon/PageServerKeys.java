package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.ProxySettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** The keys of the configuration that are about the page server, which reads them where nobody sees that a value is wrong. */
public final class PageServerKeys {
    private static final Map<String, BiConsumer<String, String>> CHECKS = Map.of(
            DaemonSettings.LISTEN_KEY, ListenAddress::parse,
            DaemonSettings.HTTP_KEY, HttpChoice::parse,
            HousekeepingSettings.GC_INTERVAL_KEY, HousekeepingSettings::parseInterval,
            ProxySettings.CREATED_BRANCHES_EXPIRE_KEY, RepositoryConfig::parseDuration,
            ProxySettings.SUSPEND_AFTER_KEY, RepositoryConfig::parseDuration,
            ProxySettings.MAX_INSTANCES_KEY, ProxySettings::parsePositive,
            ProxySettings.MAX_MEMORY_KEY, ProxySettings::parseMemory,
            ProxySettings.MAX_CONNECTIONS_KEY, ProxySettings::parsePositive);

    private PageServerKeys() {}

    /**
     * Checks a value before it is set; other keys pass.
     *
     * @throws InvalidInputException if it is none that the key can have
     */
    public static void check(String key, String value) {
        // Sections and names are the same in either case.
        String wanted = key.toLowerCase(Locale.ROOT);
        CHECKS.forEach((known, check) -> {
            if (known.toLowerCase(Locale.ROOT).equals(wanted)) {
                check.accept(known, value);
            }
        });
        if (wanted.startsWith("branch.") && wanted.endsWith(".suspendafter")) {
            RepositoryConfig.parseDuration(key, value);
        }
    }
}
