package dev.neon.compute.instance;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.ServerUser;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RedoEngine;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelineSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The servers of a repository. Every change of one happens under the lock of its timeline. */
public final class Instances {
    /** How long a command waits for another that starts or stops the same server. */
    private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

    private static final Duration IMMEDIATE_STOP = Duration.ofSeconds(10);

    private final Repository repository;
    private final RepositoryWal wal;
    private final PostgresSource postgres;
    private final TimelineSettings settings;
    private final InstanceRecords records;
    private final RunningServers servers;
    private final DataDirectories dataDirectories;
    private final Host host = Host.current();

    /** @param postgres asked for only when a program is needed */
    public Instances(Repository repository, PostgresSource postgres) {
        this.repository = repository;
        this.postgres = postgres;
        this.records = new InstanceRecords(repository);
        this.servers = new RunningServers(repository, records);
        this.wal = new RepositoryWal(repository, timeline -> servers.find(timeline).isPresent());
        this.settings = new TimelineSettings(repository);
        this.dataDirectories = new DataDirectories(repository, wal, new SnapshotStore(repository, wal), settings);
    }

    /** WAL as these servers write it. */
    public RepositoryWal wal() {
        return wal;
    }

    public TimelineSettings settings() {
        return settings;
    }

    /**
     * A server and whether it was started by this call.
     *
     * @param took    from the decision to start it to the first answer; zero if it ran already
     * @param fresh   whether it was started by this call
     */
    public record Started(Instance instance, Duration took, boolean fresh) {}

    /** Starts a server, or finds the one that runs on the timeline already. */
    public Started start(StartRequest request) {
        try (LockFile lock = lock(request.timeline())) {
            Optional<Instance> running = findUsable(request.timeline());
            if (running.isPresent()) {
                return new Started(sameAs(request, running.get()), Duration.ZERO, false);
            }
            long begin = System.nanoTime();
            Instance instance = launch(request);
            return new Started(instance, Duration.ofNanos(System.nanoTime() - begin), true);
        }
    }

    /** Stops a server and starts it as the request says, once it is clear that it could be started; if it fails, as it was. */
    public Started restart(Instance instance, StartRequest request, Duration timeout) {
        try (LockFile lock = lock(instance.timeline())) {
            startable(request);
            // Found again: another command may have restarted it while we waited for the lock.
            Optional<Instance> running = servers.find(instance.timeline());
            running.ifPresent(server -> end(server, ServerSignal.FAST, timeout));
            long begin = System.nanoTime();
            try {
                Instance again = launch(request);
                return new Started(again, Duration.ofNanos(System.nanoTime() - begin), true);
            } catch (RuntimeException failure) {
                running.ifPresent(server -> back(server, failure));
                throw failure;
            }
        }
    }

    /** Starts a server as it was, since it could not be started otherwise. */
    private void back(Instance server, RuntimeException failure) {
        try {
            launch(server.again());
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    /**
     * Stops the server on a timeline; one on a throw-away timeline takes that with it.
     *
     * @return what it took; empty if none was running
     */
    public Optional<ServerSignal> stop(TimelineId timeline, ServerSignal signal, Duration timeout) {
        try (LockFile lock = lock(timeline)) {
            servers.requireSeenFromHere(timeline);
            Optional<ServerSignal> sent = servers.find(timeline).map(instance -> end(instance, signal, timeout));
            forget(timeline);
            return sent;
        }
    }

    /** Makes the data directory of a timeline without starting a server, or leaves the one that is there. */
    public Path prepare(TimelineId timeline) {
        try (LockFile lock = lock(timeline)) {
            Path directory = repository.dataDirectory(timeline);
            if (findUsable(timeline).isEmpty()) {
                servers.requireSeenFromHere(timeline);
                servers.endSurvivors(timeline);
                try (HeldLease _ = hold("data directory of " + timeline, timeline)) {
                    dataDirectories.prepare(timeline, wal.endWithoutHole(timeline), RedoEngine.NEON);
                }
            }
            return directory;
        }
    }

    /** Removes the data directory of a timeline, whose server is stopped first; nothing is lost. */
    public void destroy(TimelineId timeline, Duration timeout) {
        try (LockFile lock = lock(timeline)) {
            servers.requireSeenFromHere(timeline);
            servers.find(timeline).ifPresent(instance -> end(instance, ServerSignal.FAST, timeout));
            removeDataDirectory(timeline);
        }
    }

    /** Whether a timeline has a data directory, or a record of a server. */
    public boolean hasTraces(TimelineId timeline) {
        return Files.exists(repository.dataDirectory(timeline)) || records.find(timeline).isPresent();
    }

    /** Removes the data directory of a timeline, unless a server runs on it. */
    public void discard(TimelineId timeline) {
        discard(timeline, LOCK_WAIT);
    }

    /**
     * As the other.
     *
     * @param wait for another command that starts or stops a server there
     * @throws BusyException if that still goes on then
     */
    public void discard(TimelineId timeline, Duration wait) {
        try (LockFile lock = lock(timeline, wait)) {
            if (servers.find(timeline).isEmpty()) {
                removeDataDirectory(timeline);
            }
        }
    }

    private void removeDataDirectory(TimelineId timeline) {
        servers.endSurvivors(timeline);
        clearTailAfterBoot(timeline);
        dataDirectories.remove(timeline);
        records.remove(timeline);
    }

    /** Runs something while no server can be started or stopped on the timeline; it is told which one runs. */
    public <T> T whileUnchanged(TimelineId timeline, Function<Optional<Instance>, T> work) {
        try (LockFile lock = lock(timeline)) {
            return work.apply(servers.find(timeline));
        }
    }

    /** The server on a timeline. */
    public Optional<Instance> find(TimelineId timeline) {
        return servers.find(timeline);
    }

    /** An instance and whether it is still there. */
    public record Listed(Instance instance, Instance.State state) {
        public boolean isRunning() {
            return state == Instance.State.RUNNING;
        }
    }

    /**
     * The timeline of the server that is listed under a name that is no branch's: a read-only one under its revision,
     * any under its timeline's id.
     */
    public Optional<TimelineId> labelled(String name) {
        return records.list().stream()
                .filter(found -> found.readOnly() && found.label().equals(name) || found.timeline().hex().equals(name))
                .map(Instance::timeline).findFirst()
                .or(() -> TimelineId.isTimelineId(name) ? servers.find(new TimelineId(name)).map(Instance::timeline)
                        : Optional.empty());
    }

    /** What is known of the server on a timeline; empty if none was started, or the last was stopped. */
    public Optional<Listed> look(TimelineId timeline) {
        return servers.find(timeline).map(server -> new Listed(server, Instance.State.RUNNING))
                .or(() -> records.find(timeline).map(gone -> new Listed(gone, Instance.State.CRASHED)));
    }

    /**
     * All servers that were started and not stopped, oldest first, then those that were started without neon. Each is
     * labelled with the name that its branch has now.
     */
    public List<Listed> list() {
        List<Listed> all = new ArrayList<>();
        Set<TimelineId> seen = new HashSet<>();
        records.list().forEach(recorded -> {
            seen.add(recorded.timeline());
            look(recorded.timeline()).ifPresent(all::add);
        });
        for (TimelineId timeline : dataDirectories.list()) {
            if (seen.add(timeline)) {
                look(timeline).ifPresent(all::add);
            }
        }
        if (all.isEmpty()) {
            return all;
        }
        ServerLabels labels = new ServerLabels(repository);
        return all.stream().map(listed -> new Listed(labels.of(listed.instance()), listed.state())).toList();
    }

    /** Removes what servers on throw-away timelines left when they crashed. */
    public void sweep() {
        for (Listed listed : list()) {
            TimelineId timeline = listed.instance().timeline();
            if (listed.state() == Instance.State.CRASHED && listed.instance().readOnly()) {
                try (LockFile lock = lock(timeline)) {
                    // Looked at again: it may have been started once more while we waited for the lock.
                    if (servers.find(timeline).isEmpty() && servers.elsewhere(timeline).isEmpty()) {
                        forget(timeline);
                    }
                }
            }
        }
    }

    /** The port that the next server will most likely get. */
    public int nextPort() {
        return Ports.firstFree(records.list().stream().filter(servers::isAlive).map(Instance::port)
                .collect(Collectors.toSet()));
    }

    /** The log of a timeline's servers. */
    public ServerLog log(TimelineId timeline) {
        return new ServerLog(repository, timeline);
    }

    /** The server that runs, if it is what the request asks for; what that leaves open may be as it is. */
    private static Instance sameAs(StartRequest request, Instance running) {
        if (request.port().isPresent() && request.port().get() != running.port()) {
            throw runsOtherwise(request, "on port " + running.port(), "--port " + request.port().get());
        }
        if (request.listen().isPresent() && !request.listen().get().equals(running.listen())) {
            throw runsOtherwise(request, "and listens on " + running.listen(), "--listen " + request.listen().get());
        }
        if (!request.settings().isEmpty() && !request.settings().equals(running.settings())) {
            throw runsOtherwise(request, running.settings().isEmpty() ? "without settings of its own"
                    : "with " + String.join(", ", running.settings()), "-c " + String.join(" -c ", request.settings()));
        }
        if (request.binDirectory().isPresent()
                && !request.binDirectory().get().toAbsolutePath().normalize().equals(running.binDirectory())) {
            throw runsOtherwise(request, "from '" + running.binDirectory() + "'",
                    "--pg-bin " + request.binDirectory().get());
        }
        return running;
    }

    private static BusyException runsOtherwise(StartRequest request, String how, String option) {
        return new BusyException("'" + request.label() + "' is already running " + how,
                "Run 'neon restart " + request.label() + ' ' + option + "' to change that.");
    }

    private Instance launch(StartRequest request) {
        // Until its record stands, nothing else tells that the timeline is used.
        try (HeldLease _ = hold("start of " + request.label(), request.timeline())) {
            return launchHeld(request);
        }
    }

    private HeldLease hold(String reason, TimelineId timeline) {
        return repository.leases().hold(reason, Lease.Span.ofLine(timeline));
    }

    private Instance launchHeld(StartRequest request) {
        TimelineId timeline = request.timeline();
        servers.requireSeenFromHere(timeline);
        servers.endSurvivors(timeline);
        servers.removeStalePidFile(timeline);
        // Its lock file would take the port away, for the same reasons.
        records.find(timeline).ifPresent(SocketDirectory::removeLeftovers);
        PostgresBinaries binaries = startable(request);
        clearTailAfterBoot(timeline);
        Lsn tip = wal.endWithoutHole(timeline);
        PortChoice ports = new PortChoice(request.port(), reservedPorts(timeline));
        DataDirectories.Ready data = dataDirectories.prepare(timeline, tip, request.redo());
        ServerUser user = ServerUser.current();
        // All of it: the links in the data directory lead to the timeline's settings and its ancestors' WAL.
        user.own(repository.directory());
        ServerStart start = new ServerStart(repository, records, repository.context().progress());
        Instance instance = start.start(request, binaries, data, ports);
        dataDirectories.recovered(timeline);
        return instance;
    }

    /** The programs for a request: whatever can be refused is, before a data directory is made or a server stopped. */
    private PostgresBinaries startable(StartRequest request) {
        PostgresBinaries binaries =
                postgres.find(wal.identity(request.timeline()).major(), request.binDirectory());
        ServerCommand.arguments(request, repository.dataDirectory(request.timeline()), repository.runDirectory(), 0,
                host);
        ServerUser.current().requireReach(binaries.binDir());
        return binaries;
    }

    /** The server on a timeline; one whose data directory was deleted under it cannot serve any more and is ended. */
    private Optional<Instance> findUsable(TimelineId timeline) {
        Optional<Instance> running = servers.find(timeline);
        if (running.isPresent() && !servers.hasItsDataDirectory(running.get())) {
            // No other signal: there is no place for a shutdown checkpoint.
            end(running.get(), ServerSignal.IMMEDIATE, IMMEDIATE_STOP);
            return Optional.empty();
        }
        return running;
    }

    /**
     * What a power cut left behind the end of WAL goes, if a record proves that there was one: without that, what looks
     * like it may be damage, which a start has to refuse. This precedes the removal of a record.
     */
    private void clearTailAfterBoot(TimelineId timeline) {
        if (records.find(timeline).filter(servers::outlivedItsBoot).isPresent()) {
            wal.clearTail(timeline);
        }
    }

    private ServerSignal end(Instance instance, ServerSignal signal, Duration timeout) {
        ServerSignal sent = ServerStop.stop(instance, signal, timeout, host);
        servers.endSurvivors(instance.timeline());
        settings.save(instance.timeline());
        return sent;
    }

    private void forget(TimelineId timeline) {
        Optional<Instance> record = records.find(timeline);
        record.ifPresent(SocketDirectory::removeLeftovers);
        if (record.isPresent() && record.get().readOnly()) {
            // The record first: nobody is to look for the history of a timeline that is not there. What a crash leaves gc removes.
            records.remove(timeline);
            removeThrowAway(timeline);
        } else {
            clearTailAfterBoot(timeline);
            records.remove(timeline);
        }
    }

    /** How many clients are connected to the server on a timeline, or replicate from it; 0 where the operating system does not tell. */
    public long clients(TimelineId timeline) {
        return servers.clients(timeline);
    }

    /** Removes a throw-away timeline that no server runs on: data directory, log and WAL. Others are left alone. */
    public void removeThrowAway(TimelineId timeline) {
        boolean temporary = repository.timelines().exists(timeline)
                && repository.timelines().history(timeline).purpose().isPresent();
        if (temporary) {
            servers.endSurvivors(timeline);
            repository.files().deleteTree(repository.dataDirectory(timeline));
            repository.timelines().remove(timeline);
            repository.files().delete(log(timeline).file());
        }
    }

    private Set<Integer> reservedPorts(TimelineId timeline) {
        return records.list().stream().filter(instance -> !instance.timeline().equals(timeline))
                .filter(servers::isAlive).map(Instance::port).collect(Collectors.toSet());
    }

    private LockFile lock(TimelineId timeline) {
        return lock(timeline, LOCK_WAIT);
    }

    private LockFile lock(TimelineId timeline, Duration wait) {
        return repository.lock("instance-" + timeline, wait);
    }

    /** The instance of a timeline, for commands that need one. */
    public Instance require(TimelineId timeline, String label) {
        return servers.find(timeline).orElseThrow(notRunning(label));
    }

    private static Supplier<NotFoundException> notRunning(String label) {
        return () -> new NotFoundException("no server is running on '" + label + "'",
                "Start one with 'neon start " + label + "'.");
    }
}
