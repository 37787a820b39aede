package dev.neon.cli.workspace;

import dev.neon.cli.framework.Invocation;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.SnapshotCreation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.snapshot.Snapshot;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts {@code neon gc --auto} after a command where there is enough to do, as git does: once a day, or where much WAL has
 * come since a branch's last snapshot. It goes on in the background when the command has ended, and is only looked for in
 * the names of some files, so that nobody waits for it. What it says is in {@code logs/gc.log}, whose time tells when the
 * last one began.
 */
public final class BackgroundCollection {
    private static final Duration INTERVAL = Duration.ofDays(1);
    /** One that could not do what it was started for is not started again and again. */
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final String ERROR = "error: ";

    private final Workspace workspace;
    private final Path log;

    /** Of one repository. */
    public BackgroundCollection(Workspace workspace) {
        this.workspace = workspace;
        this.log = workspace.repository().directory().resolve("logs/gc.log");
    }

    /**
     * Starts one if it is due. Never fails: the command that has called it has done what it was asked for.
     *
     * @param timeline that the command was about
     */
    public void startIfDue(Invocation invocation, TimelineId timeline) {
        Optional<Path> launcher = invocation.environment().launcher();
        try {
            if (launcher.isPresent() && isDue(timeline)) {
                lastError().ifPresent(error -> invocation.output().warning(
                        "the last 'neon gc' in the background failed: " + error + " ('" + log + "')"));
                start(launcher.get());
            }
        } catch (IOException | NeonException failure) {
            invocation.output().warning("unable to start 'neon gc' in the background: " + failure.getMessage());
        }
    }

    /**
     * Begins one that may have been started in the background: from now on no other is due for a while.
     *
     * @return false if there is not enough to do
     */
    public boolean begin() {
        try {
            for (TimelineId timeline : branches()) {
                if (isDue(timeline)) {
                    Files.write(log, new byte[0]);
                    // An empty file stays as old as it was.
                    Files.setLastModifiedTime(log, FileTime.from(now()));
                    return true;
                }
            }
            return false;
        } catch (IOException failure) {
            throw new StorageFailedException("write", log, failure);
        }
    }

    private List<TimelineId> branches() {
        return workspace.repository().refs().list(RefName.Kind.BRANCH).values().stream().map(Branches::timelineOf)
                .distinct().toList();
    }

    /** As far as can be told from when the last one began, and from one timeline. */
    private boolean isDue(TimelineId timeline) throws IOException {
        if (!workspace.repository().config().getBoolean("gc.auto", true)) {
            return false;
        }
        if (!Files.exists(log)) {
            // A new repository. The time runs from now on.
            Files.createDirectories(log.getParent());
            Files.createFile(log);
        }
        // A time to come was written by a clock that was wrong.
        Duration since = Duration.between(Files.getLastModifiedTime(log).toInstant(), now()).abs();
        return since.compareTo(INTERVAL) > 0 || since.compareTo(PAUSE) > 0 && isSnapshotDue(timeline);
    }

    private Instant now() {
        return workspace.repository().context().clock().instant();
    }

    private boolean isSnapshotDue(TimelineId timeline) throws IOException {
        Optional<Integer> size = workspace.repository().timelines().history(timeline).cluster()
                .map(cluster -> cluster.segmentSize());
        Optional<Snapshot> last = workspace.snapshots().newestFor(timeline, Lsn.LAST);
        if (size.isEmpty() || last.isEmpty()) {
            return false;
        }
        try (Stream<Path> files = Files.list(workspace.repository().timelines().walDirectory(timeline))) {
            long newest = files.map(file -> SegmentName.parse(file.getFileName().toString(), size.get()))
                    .flatMap(Optional::stream).mapToLong(SegmentName::number).max().orElse(0);
            return newest * size.get() - last.get().lsn().value() > SnapshotCreation.distance(workspace.repository().config());
        }
    }

    private Optional<String> lastError() throws IOException {
        // A message may hold what is not UTF-8: the name of a file, in the encoding of whoever started it.
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length())).findFirst();
    }

    private void start(Path launcher) throws IOException {
        new ProcessBuilder(launcher.toString(), "--repo", workspace.repository().directory().toString(), "gc", "--auto")
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).redirectErrorStream(true).start();
    }
}
