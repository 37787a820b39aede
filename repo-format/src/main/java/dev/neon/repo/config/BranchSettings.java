package dev.neon.repo.config;

import dev.neon.repo.Iso8601;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import dev.neon.repo.refs.RefName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration has of a single branch, {@code branch.<name>.*}: it goes with the name, as in git. The name's
 * file has no room for it, since it changes when the branch is given to another timeline.
 */
public final class BranchSettings {
    private static final String SECTION = "branch";
    private static final String EXPIRES = "expires";
    private static final String PROTECTED = "protected";
    /** What the lines of {@link #noted} begin with. */
    private static final String NOTE = "config.";

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

    /**
     * What is set for a branch, for {@link dev.neon.repo.refs.RefTransaction#delete(RefName, dev.neon.repo.refs.RefTarget, List)}: a
     * line {@code config.<name>: <value>} for each, {@link Escape escaped}.
     */
    public List<String> noted(RefName branch) {
        return config.list(SECTION, branch.shortName()).stream()
                .map(entry -> NOTE + entry.key() + ": " + Escape.escape(entry.value())).toList();
    }

    /**
     * Sets again what was noted when a branch was deleted; to be called before it is made again, so that no crash leaves a
     * protected branch without protection.
     *
     * @param value of the branch in the operation log, which may have nothing noted
     * @param now   an expiry that has passed by then is left out, as the branch would vanish again
     * @return whether one was
     */
    public boolean restore(RefName branch, String value, Instant now) {
        List<RepositoryConfig.Entry> entries = new ArrayList<>();
        value.lines().filter(line -> line.startsWith(NOTE)).forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                entries.add(new RepositoryConfig.Entry(line.substring(NOTE.length(), colon), Escape.unescape(line.substring(colon + 2))));
            }
        });
        boolean hasExpired = entries.removeIf(entry -> entry.key().equals(EXPIRES) && hasPassed(entry.value(), now));
        config.replace(SECTION, branch.shortName(), entries);
        return hasExpired;
    }

    private static boolean hasPassed(String expires, Instant now) {
        try {
            return !Iso8601.parse(expires).isAfter(now);
        } catch (DateTimeException noTime) {
            return false;
        }
    }

    /** Removes all settings of a name. */
    public void remove(RefName branch) {
        config.remove(SECTION, branch.shortName());
    }
}
