package dev.neon.compute.instance;

import dev.neon.repo.Iso8601;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files {@code run/<timeline>.instance}: lines of {@code key: value}, {@code setting} repeated. They only help to
 * find servers; one that is missing or unreadable costs a stale port, never data. One that a copy of the repository
 * brought along is passed over: it is about a server of the original.
 */
final class InstanceRecords {
    private static final String SUFFIX = ".instance";

    private final Repository repository;

    InstanceRecords(Repository repository) {
        this.repository = repository;
    }

    /** All records, oldest start first. */
    List<Instance> list() {
        List<Instance> instances = new ArrayList<>();
        try {
            for (Path file : Directories.list(repository.runDirectory(), entry -> entry.toString().endsWith(SUFFIX))) {
                parse(file).ifPresent(instances::add);
            }
        } catch (NoSuchFileException noneYet) {
            return List.of();
        } catch (IOException e) {
            throw new StorageFailedException("read", repository.runDirectory(), e);
        }
        instances.sort((one, other) -> one.started().compareTo(other.started()));
        return instances;
    }

    Optional<Instance> find(TimelineId timeline) {
        return parse(file(timeline));
    }

    void write(Instance instance) {
        StringBuilder text = new StringBuilder();
        line(text, "repository", place());
        line(text, "timeline", instance.timeline());
        line(text, "label", instance.label());
        line(text, "pid", instance.pid());
        line(text, "incarnation", instance.incarnation());
        line(text, "started", instance.started());
        line(text, "port", instance.port());
        line(text, "listen", instance.listen());
        line(text, "socket-directory", instance.socketDirectory());
        line(text, "read-only", instance.readOnly());
        instance.binDirectory().ifPresent(directory -> line(text, "bin-directory", directory));
        line(text, "place", instance.place());
        for (String setting : instance.settings()) {
            line(text, "setting", setting.replace('\n', ' '));
        }
        repository.files().createDirectories(repository.runDirectory());
        repository.files().replace(file(instance.timeline()), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    void remove(TimelineId timeline) {
        try {
            Files.deleteIfExists(file(timeline));
        } catch (IOException e) {
            throw new StorageFailedException("remove", file(timeline), e);
        }
    }

    Path file(TimelineId timeline) {
        return repository.runDirectory().resolve(timeline + SUFFIX);
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private Path place() {
        try {
            return repository.directory().toRealPath();
        } catch (IOException e) {
            throw new StorageFailedException("find", repository.directory(), e);
        }
    }

    private Optional<Instance> parse(Path file) {
        Map<String, String> values = new HashMap<>();
        List<String> settings = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(": ");
                if (colon < 0) {
                    continue;
                }
                String key = line.substring(0, colon);
                String value = line.substring(colon + 2);
                if (key.equals("setting")) {
                    settings.add(value);
                } else {
                    values.put(key, value);
                }
            }
            if (!Path.of(values.getOrDefault("repository", "")).equals(place())) {
                return Optional.empty();
            }
            return Optional.of(new Instance(new TimelineId(values.getOrDefault("timeline", "")),
                    values.getOrDefault("label", "?"), Long.parseLong(values.getOrDefault("pid", "")),
                    values.getOrDefault("incarnation", ""),
                    Iso8601.parse(values.getOrDefault("started", "")),
                    Integer.parseInt(values.getOrDefault("port", "")),
                    values.getOrDefault("listen", StartRequest.DEFAULT_LISTEN),
                    Path.of(values.getOrDefault("socket-directory", "/tmp")),
                    Boolean.parseBoolean(values.get("read-only")), settings,
                    Optional.ofNullable(values.get("bin-directory")).map(Path::of), values.getOrDefault("place", "")));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        } catch (IllegalArgumentException | DateTimeException | InvalidInputException malformed) {
            return Optional.empty();
        }
    }
}
