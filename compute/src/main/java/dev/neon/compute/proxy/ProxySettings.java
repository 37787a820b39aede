package dev.neon.compute.proxy;

import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import java.time.Duration;
import java.util.Optional;

/** What the configuration says of the page server: section {@code pageserver}. */
final class ProxySettings {
    private static final Duration SUSPEND_AFTER = Duration.ofMinutes(5);
    private static final int MAX_INSTANCES = 16;
    private static final int MAX_CONNECTIONS = 1000;

    private ProxySettings() {}

    /** How long a server may be idle before it is stopped. */
    static Duration suspendAfter(RepositoryConfig config, Target target) {
        Duration general = config.getDuration("pageserver.suspendAfter").orElse(SUSPEND_AFTER);
        return target instanceof Target.Line line && line.ref().kind() == RefName.Kind.BRANCH
                ? config.getDuration(BranchSettings.key(line.ref(), "suspendAfter")).orElse(general) : general;
    }

    /** How many servers of its own the page server may have. */
    static int maxInstances(RepositoryConfig config) {
        return positive(config, "pageserver.maxInstances", MAX_INSTANCES);
    }

    /** How many clients may be connected. */
    static int maxConnections(RepositoryConfig config) {
        return positive(config, "pageserver.maxConnections", MAX_CONNECTIONS);
    }

    /** The revision at whose end a branch is made that a client names and that is not there; empty if none is to be made. */
    static Optional<String> createBranches(RepositoryConfig config) {
        return config.get("pageserver.createBranches").filter(parent -> !parent.isBlank());
    }

    /** After which time such branches expire; empty for never. */
    static Optional<Duration> createdBranchesExpire(RepositoryConfig config) {
        return config.getDuration("pageserver.createdBranchesExpire");
    }

    private static int positive(RepositoryConfig config, String key, int whenAbsent) {
        int value = config.getInt(key, whenAbsent);
        if (value < 1) {
            throw new InvalidInputException("invalid value '" + value + "' of '" + key + "'", "It is at least 1.");
        }
        return value;
    }
}
