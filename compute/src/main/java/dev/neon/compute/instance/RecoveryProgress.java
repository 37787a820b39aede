package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.repo.progress.Progress;
import java.util.Optional;

/**
 * Follows a crash recovery by the name of the startup process, "startup recovering 0000000100000000000000A5" ({@code
 * REL_17 xlogrecovery.c XLogFileRead}): coarse, a segment at a time, but the same in all releases and without a log.
 */
final class RecoveryProgress implements AutoCloseable {
    private static final String RECOVERING = "startup recovering ";
    private static final int SEGMENT_DIGITS = 24;
    private static final long LOOK_EVERY_NANOS = 250_000_000;

    private final Host host;
    private final DataDirectories.Ready data;
    private final Progress.Task task;
    private String segment = "";
    private long segments;
    private long lastLook = System.nanoTime();

    RecoveryProgress(Host host, DataDirectories.Ready data, Progress progress) {
        this.host = host;
        this.data = data;
        this.task = progress.begin("replaying WAL", Math.max(0, data.replayTo().minus(data.replayFrom())),
                Progress.Unit.BYTES);
    }

    /** Whether recovery has come to another segment since the last call; looks only now and then. */
    boolean hasMoved() {
        if (System.nanoTime() - lastLook < LOOK_EVERY_NANOS) {
            return false;
        }
        lastLook = System.nanoTime();
        Optional<String> current = currentSegment();
        if (current.isEmpty() || current.get().equals(segment)) {
            return false;
        }
        segment = current.get();
        if (segments++ > 0) {
            task.advance(data.segmentSize());
        }
        return true;
    }

    private Optional<String> currentSegment() {
        return host.processesIn(data.directory()).stream().flatMap(pid -> host.title(pid).stream())
                .filter(title -> title.contains(RECOVERING))
                .map(title -> title.substring(title.indexOf(RECOVERING) + RECOVERING.length()).strip())
                .filter(name -> name.length() >= SEGMENT_DIGITS).map(name -> name.substring(0, SEGMENT_DIGITS))
                .findFirst();
    }

    @Override
    public void close() {
        task.close();
    }
}
