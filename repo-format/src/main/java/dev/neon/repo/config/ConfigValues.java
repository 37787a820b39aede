package dev.neon.repo.config;

import dev.neon.repo.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;

/**
 * Values of a configuration, be they in a file or not. A key is {@code section.name} or {@code section.subsection.name}; one that has no
 * form of a key is an {@link InvalidInputException} everywhere here.
 */
public sealed class ConfigValues permits RepositoryConfig {
    Config config = new Config();

    ConfigValues() {}

    /** Those that somebody gives where there is no file yet. */
    public static ConfigValues of(Map<String, String> given) {
        ConfigValues values = new ConfigValues();
        given.forEach((key, value) -> {
            ConfigKey parsed = ConfigKey.parse(key);
            values.config.setString(parsed.section(), parsed.subsectionOrNull(), parsed.name(), value);
        });
        return values;
    }

    /** One value, as {@link #list} gives them. */
    public record Entry(String key, String value) {}

    /** The last value of a key that has several. */
    public Optional<String> get(String key) {
        ConfigKey parsed = ConfigKey.parse(key);
        return Optional.ofNullable(config.getString(parsed.section(), parsed.subsectionOrNull(), parsed.name()));
    }

    /** All values of a key, in the order of the file. */
    public List<String> getAll(String key) {
        ConfigKey parsed = ConfigKey.parse(key);
        return List.of(config.getStringList(parsed.section(), parsed.subsectionOrNull(), parsed.name()));
    }

    /** @throws InvalidInputException if the value is no 32-bit number; {@code k}, {@code m}, {@code g} may follow it */
    public int getInt(String key, int whenAbsent) {
        return get(key).map(text -> ConfigValue.parseInt(key, text)).orElse(whenAbsent);
    }

    /** @throws InvalidInputException if the value is none of git's words for true and false */
    public boolean getBoolean(String key, boolean whenAbsent) {
        return get(key).map(text -> ConfigValue.parseBoolean(key, text)).orElse(whenAbsent);
    }

    /**
     * A time such as {@code 90s}, {@code 30min}, {@code 12h}, {@code 7d} or {@code 2w}.
     *
     * @throws InvalidInputException if the value is anything else
     */
    public Optional<Duration> getDuration(String key) {
        return get(key).map(text -> ConfigValue.parseDuration(key, text));
    }

    /**
     * A number of bytes such as {@code 512kB}, {@code 16MB} or {@code 1GB}; a unit is 1024 of the one below, as in
     * PostgreSQL.
     *
     * @throws InvalidInputException if the value is anything else
     */
    public Optional<Long> getBytes(String key) {
        return get(key).map(text -> ConfigValue.parseBytes(key, text));
    }

    /** Every value, section by section; those of one key in the order of the file. */
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (String section : config.getSections()) {
            addNames(entries, section, Optional.empty());
            for (String subsection : config.getSubsections(section)) {
                addNames(entries, section, Optional.of(subsection));
            }
        }
        return entries;
    }

    /** The values of a subsection; their keys are names alone. */
    List<Entry> list(String section, String subsection) {
        List<Entry> entries = new ArrayList<>();
        for (String name : config.getNames(section, subsection)) {
            for (String value : config.getStringList(section, subsection, name)) {
                entries.add(new Entry(name, value == null ? "" : value));
            }
        }
        return entries;
    }

    private void addNames(List<Entry> entries, String section, Optional<String> subsection) {
        String below = subsection.orElse(null);
        for (String name : config.getNames(section, below)) {
            ConfigKey key = new ConfigKey(section, subsection, name);
            for (String value : config.getStringList(section, below, name)) {
                entries.add(new Entry(key.toString(), value == null ? "" : value));
            }
        }
    }
}
