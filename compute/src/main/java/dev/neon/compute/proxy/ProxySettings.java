package dev.neon.compute.proxy;

import com.sun.management.OperatingSystemMXBean;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the configuration says of the page server: section {@code pageserver}. */
public final class ProxySettings {
    public static final String SUSPEND_AFTER_KEY = "pageserver.suspendAfter";
    public static final String MAX_INSTANCES_KEY = "pageserver.maxInstances";
    public static final String MAX_MEMORY_KEY = "pageserver.maxMemory";
    public static final String MAX_CONNECTIONS_KEY = "pageserver.maxConnections";
    public static final String CREATED_BRANCHES_EXPIRE_KEY = "pageserver.createdBranchesExpire";

    /** Where the configuration says nothing. */
    static final Duration SUSPEND_AFTER = Duration.ofMinutes(5);
    private static final int MAX_INSTANCES = 16;
    private static final int MAX_CONNECTIONS = 1000;
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})\\s*%");
    private static final int WHOLE = 100;

    private ProxySettings() {}

    /** How long a server may be idle before it is stopped. */
    static Duration suspendAfter(RepositoryConfig config, Target target) {
        Duration general = config.getDuration(SUSPEND_AFTER_KEY).orElse(SUSPEND_AFTER);
        return target instanceof Target.Line line && line.ref().kind() == RefName.Kind.BRANCH
                ? config.getDuration(BranchSettings.key(line.ref(), "suspendAfter")).orElse(general) : general;
    }

    /** How many servers of its own the page server may have. */
    static int maxInstances(RepositoryConfig config) {
        return positive(config, MAX_INSTANCES_KEY, MAX_INSTANCES);
    }

    /** How much memory its servers may take together, in bytes; empty for no limit. */
    static Optional<Long> maxMemory(RepositoryConfig config) {
        return config.get(MAX_MEMORY_KEY).map(text -> parseMemory(MAX_MEMORY_KEY, text));
    }

    /** How many clients may be connected. */
    static int maxConnections(RepositoryConfig config) {
        return positive(config, MAX_CONNECTIONS_KEY, MAX_CONNECTIONS);
    }

    /** The revision at whose end a branch is made that a client names and that is not there; empty if none is to be made. */
    static Optional<String> createBranches(RepositoryConfig config) {
        return config.get("pageserver.createBranches").filter(parent -> !parent.isBlank());
    }

    /** After which time such branches expire; empty for never. */
    static Optional<Duration> createdBranchesExpire(RepositoryConfig config) {
        return config.getDuration(CREATED_BRANCHES_EXPIRE_KEY);
    }

    /**
     * A size, or a share of the machine's memory ({@code 50%}); in a container that is what the container may have.
     *
     * @return bytes
     * @throws InvalidInputException if it is neither, or nothing
     */
    public static long parseMemory(String key, String text) {
        Matcher share = SHARE.matcher(text.strip());
        long percent = share.matches() ? Long.parseLong(share.group(1)) : 0;
        if (share.matches() && percent <= WHOLE && percent > 0 && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
            return machine.getTotalMemorySize() / WHOLE * percent;
        }
        long bytes = share.matches() ? 0 : RepositoryConfig.parseBytes(key, text);
        if (bytes == 0) {
            throw new InvalidInputException("invalid value '" + text + "' of '" + key + "'", "It is a size, as 4GB, or a share from 1% to 100%; 'neon config unset "
                    + key + "' takes the limit away.");
        }
        return bytes;
    }

    private static int positive(RepositoryConfig config, String key, int whenAbsent) {
        return config.get(key).map(text -> parsePositive(key, text)).orElse(whenAbsent);
    }

    /** @throws InvalidInputException if it is no number from 1 up */
    public static int parsePositive(String key, String text) {
        int value = RepositoryConfig.parseInt(key, text);
        if (value < 1) {
            throw new InvalidInputException("invalid value '" + value + "' of '" + key + "'", "It is at least 1.");
        }
        return value;
    }
}
