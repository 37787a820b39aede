package dev.neon.snapshot;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration files of a timeline, {@code timelines/<id>/settings/}. In a data directory the files that people
 * edit are links to them; {@code postgresql.auto.conf} is a copy, as ALTER SYSTEM renames a new file over it
 * ({@code REL_17 guc.c AlterSystemSetConfigFile}).
 */
public final class TimelineSettings {
    private static final String ALTER_SYSTEM_FILE = "postgresql.auto.conf";

    private final Repository repository;

    public TimelineSettings(Repository repository) {
        this.repository = repository;
    }

    /** The files as they are now, by name; what ALTER SYSTEM changed in the data directory is taken up first. */
    public Map<String, byte[]> current(TimelineId timeline) {
        save(timeline);
        return read(repository.timelines().settingsDirectory(timeline));
    }

    /** The configuration files in any data directory, by name. */
    public static Map<String, byte[]> read(Path directory) {
        Map<String, byte[]> settings = new TreeMap<>();
        for (String name : DataDirectoryFiles.SETTINGS) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                settings.put(name, content(file));
            }
        }
        return settings;
    }

    /** Takes over what was changed in the timeline's data directory, if it has one. */
    public void save(TimelineId timeline) {
        Path dataDirectory = repository.dataDirectory(timeline);
        for (String name : DataDirectoryFiles.SETTINGS) {
            Path changed = dataDirectory.resolve(name);
            if (!Files.isRegularFile(changed, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Path kept = repository.timelines().settingsDirectory(timeline).resolve(name);
            byte[] content = content(changed);
            if (!Files.exists(kept) || !Arrays.equals(content, content(kept))) {
                repository.files().createDirectories(kept.getParent());
                repository.files().replace(kept, content);
            }
        }
    }

    /**
     * Takes over files that the timeline does not have yet: the first draft kept them in its snapshots only, and later
     * snapshots have none.
     */
    void complete(TimelineId timeline, Map<String, byte[]> settings) {
        Path kept = repository.timelines().settingsDirectory(timeline);
        settings.forEach((name, content) -> {
            if (!Files.exists(kept.resolve(name))) {
                repository.files().createDirectories(kept);
                repository.files().replace(kept.resolve(name), content);
            }
        });
    }

    /** Puts the settings into a data directory that is used with the repository at its side. */
    void link(TimelineId timeline, Path dataDirectory) {
        Path kept = repository.timelines().settingsDirectory(timeline);
        for (Map.Entry<String, byte[]> setting : read(kept).entrySet()) {
            Path file = dataDirectory.resolve(setting.getKey());
            if (setting.getKey().equals(ALTER_SYSTEM_FILE)) {
                replace(file, setting.getValue());
            } else if (!Files.isSymbolicLink(file)) {
                linkTo(kept.resolve(setting.getKey()), dataDirectory, file);
            }
        }
    }

    /** Puts copies of the settings into a data directory that is to stand alone. */
    void copy(TimelineId timeline, Path dataDirectory) {
        read(repository.timelines().settingsDirectory(timeline))
                .forEach((name, content) -> replace(dataDirectory.resolve(name), content));
    }

    private void linkTo(Path kept, Path dataDirectory, Path file) {
        try {
            Files.deleteIfExists(file);
            repository.files().steps().symlink(file, dataDirectory.relativize(kept));
        } catch (IOException e) {
            throw new StorageFailedException("link", file, e);
        }
    }

    private void replace(Path file, byte[] content) {
        try {
            Files.deleteIfExists(file);
            repository.files().steps().create(file, content);
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException gone) {
            return new byte[0];
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }
}
