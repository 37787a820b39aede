package dev.neon.repo.config;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * The repository's {@code config}, in git-config syntax. A key is {@code section.name} or
 * {@code section.subsection.name}; one that has no form of a key is an {@link InvalidInputException} everywhere here.
 *
 * <p>Values are as they were when the repository was opened or when this object last changed them. A change is written
 * under {@code config.lock}, on top of what the file holds at that moment, and keeps comments and order.
 */
public final class RepositoryConfig {
    private static final Duration WAIT_FOR_LOCK = Duration.ofSeconds(10);

    private final Path file;
    private final DurableFiles files;
    private final ProcessIdentity process;
    private Config config;

    /**
     * Reads the file; a missing one is as good as empty.
     *
     * @throws CorruptFileException if it is not in git-config syntax; the message names the line
     */
    public RepositoryConfig(Path file, DurableFiles files, ProcessIdentity process) {
        this.file = file;
        this.files = files;
        this.process = process;
        this.config = read();
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
     * A number in the words of the configuration that was given elsewhere.
     *
     * @param where what it was given to, for the error
     * @throws InvalidInputException if it is none
     */
    public static int parseInt(String where, String text) {
        return ConfigValue.parseInt(where, text);
    }

    /**
     * A time in the words of the configuration that was given elsewhere.
     *
     * @param where what it was given to, for the error: {@code --for}
     * @throws InvalidInputException if it is none
     */
    public static Duration parseDuration(String where, String text) {
        return ConfigValue.parseDuration(where, text);
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

    /**
     * A number of bytes in the words of the configuration that was given elsewhere.
     *
     * @param where what it was given to, for the error
     * @throws InvalidInputException if it is none
     */
    public static long parseBytes(String where, String text) {
        return ConfigValue.parseBytes(where, text);
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

    private void addNames(List<Entry> entries, String section, Optional<String> subsection) {
        String below = subsection.orElse(null);
        for (String name : config.getNames(section, below)) {
            ConfigKey key = new ConfigKey(section, subsection, name);
            for (String value : config.getStringList(section, below, name)) {
                entries.add(new Entry(key.toString(), value == null ? "" : value));
            }
        }
    }

    /** Gives a key one value in place of all it has. */
    public void set(String key, String value) {
        ConfigKey parsed = ConfigKey.parse(key);
        change(draft -> draft.setString(parsed.section(), parsed.subsectionOrNull(), parsed.name(), value));
    }

    /** Removes a key with all its values; one that is absent is no error. */
    public void unset(String key) {
        ConfigKey parsed = ConfigKey.parse(key);
        change(draft -> draft.unset(parsed.section(), parsed.subsectionOrNull(), parsed.name()));
    }

    /** Whether a subsection has values. */
    boolean has(String section, String subsection) {
        return !config.getNames(section, subsection).isEmpty();
    }

    /** Gives a subsection the values of another in place of all it has. Nothing is written if neither has any. */
    public void copy(String section, String from, String to) {
        if (has(section, from) || has(section, to)) {
            change(draft -> {
                draft.unsetSection(section, to);
                for (String name : draft.getNames(section, from)) {
                    draft.setStringList(section, to, name, List.of(draft.getStringList(section, from, name)));
                }
            });
        }
    }

    /** Removes a subsection. Nothing is written if it has no values. */
    public void remove(String section, String subsection) {
        if (has(section, subsection)) {
            change(draft -> draft.unsetSection(section, subsection));
        }
    }

    private void change(Consumer<Config> change) {
        try (LockFile _ = LockFile.acquire(files, file, process, WAIT_FOR_LOCK)) {
            Config draft = read();
            change.accept(draft);
            files.replace(file, draft.toText().getBytes(StandardCharsets.UTF_8));
            config = draft;
        }
    }

    private Config read() {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException absent) {
            text = "";
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        return tryParse(text).orElseThrow(damaged(text));
    }

    private static Optional<Config> tryParse(String text) {
        // JGit's FileBasedConfig would do all this, but probes the file system for a tenth of a second first.
        Config config = new Config();
        try {
            config.fromText(text);
            return Optional.of(config);
        } catch (ConfigInvalidException invalid) {
            return Optional.empty();
        }
    }

    /** JGit does not say where it stopped, so this looks for the longest run of lines that it reads. */
    private Supplier<CorruptFileException> damaged(String text) {
        return () -> {
            int end = text.length();
            while (end > 0 && tryParse(text.substring(0, end)).isEmpty()) {
                end = text.lastIndexOf('\n', end - 2) + 1;
            }
            int line = (int) text.substring(0, end).chars().filter(c -> c == '\n').count() + 1;
            String found = text.substring(end).lines().findFirst().orElse("");
            return new CorruptFileException(file, text.substring(0, end).getBytes(StandardCharsets.UTF_8).length,
                    "git-config syntax", "'" + found.strip() + "'", "Correct line " + line + " of the file.");
        };
    }
}
