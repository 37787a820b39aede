package dev.neon.repo.config;

import dev.neon.repo.Iso8601;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What the configuration has of a single branch, {@code branch.<name>.*}: it goes with the name, as in git. The name's
 * file has no room for it, since it changes when the branch is given to another timeline.
 */
public final class BranchSettings {
    private static final String SECTION = "branch";
    private static final String EXPIRES = "expires";
    private static final String PROTECTED = "protected";

    private final RepositoryConfig config;

    public BranchSettings(RepositoryConfig config) {
        this.config = config;
    }

    /** The key of a branch's setting. */
    public static String key(RefName branch, String name) {
        return SECTION + '.' + branch.shortName() + '.' + name;
    }

    /**
     * When the branch is to go; empty if it is to stay.
     *
     * @throws InvalidInputException if the configuration has something else there
     */
    public Optional<Instant> expires(RefName branch) {
        Optional<String> text = config.get(key(branch, EXPIRES));
        try {
            return text.isPresent() ? Optional.of(Iso8601.parse(text.get())) : Optional.empty();
        } catch (DateTimeException invalid) {
            throw new InvalidInputException("invalid value '" + text.orElseThrow() + "' of '" + key(branch, EXPIRES) + "'",
                    "Set it with 'neon branch --expires 7d " + branch.shortName() + "', or clear it with '--expires never'.");
        }
    }

    /** @param time empty for never */
    public void setExpires(RefName branch, Optional<Instant> time) {
        if (time.isPresent()) {
            config.set(key(branch, EXPIRES), Iso8601.format(time.get()));
        } else if (config.get(key(branch, EXPIRES)).isPresent()) {
            config.unset(key(branch, EXPIRES));
        }
    }

    /** Whether the branch may not be deleted or replaced. */
    public boolean isProtected(RefName branch) {
        return config.getBoolean(key(branch, PROTECTED), false);
    }

    /** Sets or clears it. */
    public void setProtected(RefName branch, boolean isProtected) {
        if (isProtected) {
            config.set(key(branch, PROTECTED), "true");
        } else if (config.get(key(branch, PROTECTED)).isPresent()) {
            config.unset(key(branch, PROTECTED));
        }
    }

    /**
     * Gives a name the settings of another, which keeps them: to be called before a branch is renamed, and
     * {@link #remove} after it, so that no crash leaves a protected branch without protection.
     */
    public void copy(RefName from, RefName to) {
        config.copy(SECTION, from.shortName(), to.shortName());
    }

    /** Removes all settings of a name. */
    public void remove(RefName branch) {
        config.remove(SECTION, branch.shortName());
    }
}
