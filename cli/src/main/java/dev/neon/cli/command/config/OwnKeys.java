package dev.neon.cli.command.config;

import dev.neon.repo.error.InvalidInputException;
import java.util.Locale;
import java.util.Set;

/** The keys that say what the repository is. A wrong value would lock everybody out of it. */
final class OwnKeys {
    private static final Set<String> KEYS = Set.of("core.repositoryformatversion", "core.repositoryid");

    private OwnKeys() {}

    /** @throws InvalidInputException if the key is not the user's to change */
    static void refuse(String key) {
        if (KEYS.contains(key.toLowerCase(Locale.ROOT))) {
            throw new InvalidInputException("'" + key + "' is decided by neon",
                    "It says what the repository is; no command needs it to be changed.");
        }
    }
}
