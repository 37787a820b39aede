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
public final class RepositoryConfig extends ConfigValues {
    private static final Duration WAIT_FOR_LOCK = Duration.ofSeconds(10);

    private final Path file;
    private final DurableFiles files;
    private final ProcessIdentity process;

    /**
     * Reads the file; a missing one is as good as empty.
     *
     * @throws CorruptFileException if it is not in git-config syntax; the message names the line
     */
    public RepositoryConfig(Path file, DurableFiles files, ProcessIdentity process) {
        this.file = file;
        this.files = files;
        this.process = process;
        config = read();
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
     * A number of bytes in the words of the configuration that was given elsewhere.
     *
     * @param where what it was given to, for the error
     * @throws InvalidInputException if it is none
     */
    public static long parseBytes(String where, String text) {
        return ConfigValue.parseBytes(where, text);
    }

    /**
     * Gives a subsection values in place of all it has. Nothing is written if neither there are any.
     *
     * @param entries with names alone as keys
     */
    void replace(String section, String subsection, List<Entry> entries) {
        if (has(section, subsection) || !entries.isEmpty()) {
            change(draft -> {
                draft.unsetSection(section, subsection);
                entries.stream().map(Entry::key).distinct().forEach(name -> draft.setStringList(section, subsection, name,
                        entries.stream().filter(entry -> entry.key().equals(name)).map(Entry::value).toList()));
            });
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
