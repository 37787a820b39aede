package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells whether a server runs on a timeline, from our records and from what PostgreSQL leaves in a data directory. */
final class RunningServers {
    /** How long processes of a dead postmaster get to notice that it is gone. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Repository repository;
    private final InstanceRecords records;
    private final Host host = Host.current();

    RunningServers(Repository repository, InstanceRecords records) {
        this.repository = repository;
        this.records = records;
    }

    /** The server on a timeline, if its postmaster is alive; also one that was started without neon. */
    Optional<Instance> find(TimelineId timeline) {
        Optional<Instance> recorded = records.find(timeline);
        if (recorded.isPresent() && isAlive(recorded.get())) {
            return recorded;
        }
        Path dataDirectory = repository.dataDirectory(timeline);
        return PostmasterPid.read(dataDirectory)
                .filter(file -> host.isAlive(file.pid()) && host.processesIn(dataDirectory).contains(file.pid()))
                .map(file -> foreign(timeline, dataDirectory, file));
    }

    /** Whether the process is there and is the one that was recorded. */
    boolean isAlive(Instance instance) {
        return host.isAlive(instance.pid())
                && host.incarnation(instance.pid()).filter(instance.incarnation()::equals).isPresent();
    }

    /**
     * Whether the machine was started again since a server was: then pages of WAL that it had written may be missing
     * although later ones are there. An incarnation ends with the boot that it belongs to, see {@link Host#incarnation}.
     */
    boolean outlivedItsBoot(Instance instance) {
        String now = host.incarnation(ProcessHandle.current().pid()).orElse("");
        return !boot(now).equals(boot(instance.incarnation()));
    }

    private static String boot(String incarnation) {
        return incarnation.substring(incarnation.indexOf('@') + 1);
    }

    /**
     * Ends what is left of a server whose postmaster is dead. Until they are gone, its processes may write WAL, and
     * {@code postmaster.pid} guards nothing once the data directory was deleted.
     */
    void endSurvivors(TimelineId timeline) {
        Path dataDirectory = repository.dataDirectory(timeline);
        if (awaitNone(dataDirectory, GRACE)) {
            return;
        }
        for (ServerSignal signal : List.of(ServerSignal.IMMEDIATE, ServerSignal.KILL)) {
            host.processesIn(dataDirectory).forEach(signal::send);
            if (awaitNone(dataDirectory, GRACE)) {
                return;
            }
        }
        throw new BusyException("processes " + host.processesIn(dataDirectory)
                + " of an earlier server still work in '" + dataDirectory + "'", "End them, then try again.");
    }

    /**
     * Removes a {@code postmaster.pid} that PostgreSQL would take for that of a running server: it asks no more than
     * whether the pid exists ({@code REL_17 miscinit.c CreateLockFile}). That may be somebody else's by now, or still
     * that of the killed postmaster, where nobody waits for orphans, as in many containers. To be called when no
     * process of an earlier server is left. A pid that is not in use is left to PostgreSQL, which then also looks at
     * the shared memory.
     */
    void removeStalePidFile(TimelineId timeline) {
        Path dataDirectory = repository.dataDirectory(timeline);
        if (PostmasterPid.read(dataDirectory).map(PostmasterPid::pid).filter(this::isNoServer).isPresent()) {
            repository.files().delete(dataDirectory.resolve(PostmasterPid.FILE_NAME));
        }
    }

    /** Whether the pid is that of a zombie, or of a process that can be seen to work elsewhere. */
    private boolean isNoServer(long pid) {
        return ProcessHandle.of(pid).isPresent() && (!host.isAlive(pid) || host.workingDirectory(pid).isPresent());
    }

    /** Whether the data directory is the one that the server works in: it may have been deleted under it, or replaced. */
    boolean hasItsDataDirectory(Instance instance) {
        Path dataDirectory = repository.dataDirectory(instance.timeline());
        return Files.isDirectory(dataDirectory) && host.workingDirectory(instance.pid())
                .map(works -> isSame(works, dataDirectory)).orElse(true);
    }

    private static boolean isSame(Path works, Path dataDirectory) {
        try {
            return Files.isSameFile(works, dataDirectory);
        } catch (IOException deleted) {
            return false;
        }
    }

    private boolean awaitNone(Path dataDirectory, Duration limit) {
        return Waiting.until(limit, () -> host.processesIn(dataDirectory).isEmpty());
    }

    private Instance foreign(TimelineId timeline, Path dataDirectory, PostmasterPid file) {
        return new Instance(timeline, timeline.hex(), file.pid(), host.incarnation(file.pid()).orElse(""),
                file.started().orElseGet(() -> repository.context().clock().instant()),
                file.port().orElse(Ports.FIRST), StartRequest.DEFAULT_LISTEN,
                dataDirectory, false, List.of(), Path.of(""));
    }
}
