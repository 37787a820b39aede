package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.Waiting;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells whether a server runs on a timeline, from our records and from what PostgreSQL leaves in a data directory. */
final class RunningServers {
    /** How long processes of a dead postmaster get to notice that it is gone. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final String PROGRAM = "postgres";
    /** {@code postgres: heikki shop [local] idle}, {@code postgres: walsender heikki 127.0.0.1(41234) streaming 0/3000060}. */
    private static final Pattern OF_A_CLIENT = Pattern.compile("^postgres: .*(?: \\[local]| \\S+\\(\\d+\\))(?: |$)");

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
                .filter(file -> host.isAlive(file.pid()) && serversIn(dataDirectory).contains(file.pid()))
                .map(file -> foreign(timeline, dataDirectory, file));
    }

    /** Whether the process is there and is the one that was recorded. */
    boolean isAlive(Instance instance) {
        return host.isAlive(instance.pid())
                && host.incarnation(instance.pid()).filter(instance.incarnation()::equals).isPresent();
    }

    /**
     * Makes sure that the server that was recorded last was one of this machine and this container: of another's
     * nobody here can tell whether it still writes the timeline's WAL.
     *
     * @throws BusyException if it was not
     */
    void requireSeenFromHere(TimelineId timeline) {
        Optional<Instance> elsewhere = elsewhere(timeline);
        if (elsewhere.isPresent()) {
            throw new BusyException("the server on '" + elsewhere.get().label() + "' was started in another place ("
                    + elsewhere.get().place() + ") and may still run there", "Stop it there. If it is gone for good, remove '"
                    + records.file(timeline) + "' and try again.");
        }
    }

    /** The server that was recorded last, if it was one of another machine or container. */
    Optional<Instance> elsewhere(TimelineId timeline) {
        return records.find(timeline).filter(this::isElsewhere);
    }

    /** The rule of {@link ProcessIdentity#sees}: another host or pid namespace cannot be seen, another boot is over. */
    private boolean isElsewhere(Instance instance) {
        ProcessIdentity here = repository.context().process();
        boolean sameHost = instance.place().startsWith(here.host() + " ");
        return !instance.place().isEmpty() && !instance.place().equals(placeOf(here))
                && !(sameHost && outlivedItsBoot(instance));
    }

    /** What is kept in a record to tell machines and containers apart. */
    static String placeOf(ProcessIdentity process) {
        return process.host() + " " + process.namespace();
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
            serversIn(dataDirectory).forEach(signal::send);
            if (awaitNone(dataDirectory, GRACE)) {
                return;
            }
        }
        throw new BusyException("processes " + serversIn(dataDirectory)
                + " of an earlier server still work in '" + dataDirectory + "'", "End them, then try again.");
    }

    /**
     * Removes a {@code postmaster.pid} that PostgreSQL would take for that of a running server: it asks no more than
     * whether the pid exists ({@code REL_17 miscinit.c CreateLockFile}). That may be somebody else's by now, or still
     * that of the killed postmaster, where nobody waits for orphans, as in many containers. To be called when no
     * process of an earlier server is left. A pid that is not in use is left to PostgreSQL, which then also looks at
     * the shared memory. An empty file goes as well: a postmaster that was killed before it wrote its pid into it leaves
     * that, and PostgreSQL refuses to start.
     */
    void removeStalePidFile(TimelineId timeline) {
        Path dataDirectory = repository.dataDirectory(timeline);
        Path file = dataDirectory.resolve(PostmasterPid.FILE_NAME);
        if (isEmpty(file)
                || PostmasterPid.read(dataDirectory).map(PostmasterPid::pid).filter(this::isNoServer).isPresent()) {
            repository.files().delete(file);
        }
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException none) {
            return false;
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
        return Waiting.until(limit, () -> serversIn(dataDirectory).isEmpty());
    }

    /** PostgreSQL's processes on a data directory; a shell or an editor that somebody left there is none of ours. */
    private List<Long> serversIn(Path dataDirectory) {
        return host.processesIn(dataDirectory).stream()
                .filter(pid -> host.program(pid).filter(PROGRAM::equals).isPresent()).toList();
    }

    /** By the titles of processes, which say whom a backend serves, whatever {@code update_process_title} is (REL_18 backend_startup.c BackendInitialize). */
    long clients(TimelineId timeline) {
        return serversIn(repository.dataDirectory(timeline)).stream()
                .filter(pid -> host.title(pid).filter(title -> OF_A_CLIENT.matcher(title).find()).isPresent()).count();
    }

    private Instance foreign(TimelineId timeline, Path dataDirectory, PostmasterPid file) {
        return new Instance(timeline, timeline.hex(), file.pid(), host.incarnation(file.pid()).orElse(""),
                file.started().orElseGet(() -> repository.context().clock().instant()),
                file.port().orElse(Ports.FIRST), file.listen().orElse(StartRequest.DEFAULT_LISTEN),
                dataDirectory.resolve(file.socketDirectory().orElse(Path.of(""))), false, List.of(), Optional.empty(), "");
    }
}
