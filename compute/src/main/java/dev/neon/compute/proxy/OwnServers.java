package dev.neon.compute.proxy;

import dev.neon.compute.instance.Instance;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code run/pageserver.instances}: which servers the page server has started, a line {@code <timeline> <pid> <incarnation>}
 * for each, or {@code <timeline> starting}, so that a later page server goes on with them. A server that was started by hand since is another process. A line
 * that cannot be read costs no more than that a server is not stopped.
 */
public final class OwnServers {
    private static final String STARTING = " starting";

    private final Repository repository;
    private final Path file;
    private final PageServerLock lock;
    private final Map<TimelineId, String> lines = new LinkedHashMap<>();

    /** As they were when this was called last. */
    public OwnServers(Repository repository) {
        this.repository = repository;
        this.file = repository.runDirectory().resolve("pageserver.instances");
        this.lock = new PageServerLock(repository);
        try {
            for (String line : Files.readAllLines(file)) {
                String timeline = line.substring(0, Math.max(0, line.indexOf(' ')));
                if (TimelineId.isTimelineId(timeline)) {
                    lines.put(new TimelineId(timeline), line);
                }
            }
        } catch (NoSuchFileException none) {
            lines.clear();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Their timelines, whether they still run or not. */
    public synchronized List<TimelineId> timelines() {
        return new ArrayList<>(lines.keySet());
    }

    /** Whether this very process was started by a page server, or while one was at it and did not come to the end. */
    public synchronized boolean has(Instance instance) {
        String written = lines.get(instance.timeline());
        return line(instance).equals(written) || starting(instance.timeline()).equals(written);
    }

    /** A server is about to be started: else it would be nobody's if the page server were killed before {@link #add}. */
    synchronized void begin(TimelineId timeline) {
        lines.put(timeline, starting(timeline));
        write();
    }

    synchronized void add(Instance instance) {
        lines.put(instance.timeline(), line(instance));
        write();
    }

    /** Forgets the server of a timeline. */
    public synchronized void remove(TimelineId timeline) {
        if (lines.remove(timeline) != null) {
            write();
        }
    }

    /** Not into a repository that has come in this one's place. */
    private void write() {
        lock.requireNotAnothers();
        String text = String.join("", lines.values().stream().map(line -> line + '\n').toList());
        repository.files().createDirectories(repository.runDirectory());
        repository.files().replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String starting(TimelineId timeline) {
        return timeline + STARTING;
    }

    private static String line(Instance instance) {
        return instance.timeline() + " " + instance.pid() + ' ' + instance.incarnation();
    }
}
