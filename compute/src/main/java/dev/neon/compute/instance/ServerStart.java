package dev.neon.compute.instance;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.Launcher;
import dev.neon.compute.process.ServerUser;
import dev.neon.compute.process.Waiting;
import dev.neon.compute.process.WireProbe;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Launches one server and waits until it accepts connections. */
final class ServerStart {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final String PORT_TAKEN = "Address already in use";
    /** In the log, if the system does not let us have the port. */
    private static final Pattern PORT_FORBIDDEN = Pattern.compile("could not bind .*: Permission denied");
    private static final String LOCK_TAKEN = "lock file \"";

    private final Repository repository;
    private final InstanceRecords records;
    private final Progress progress;
    private final Host host = Host.current();

    ServerStart(Repository repository, InstanceRecords records, Progress progress) {
        this.repository = repository;
        this.records = records;
        this.progress = progress;
    }

    /** How one try on one port went. */
    private sealed interface Outcome {
        record Accepting(Instance instance) implements Outcome {}

        record PortTaken() implements Outcome {}
    }

    /**
     * Starts a server on the port asked for, or on the first port that can be had.
     *
     * @throws BusyException           if the port asked for is taken
     * @throws PostgresFailedException if the server ends or does not answer in time
     */
    Instance start(StartRequest request, PostgresBinaries postgres, DataDirectories.Ready data, PortChoice ports) {
        ServerLog log = new ServerLog(repository, request.timeline());
        log.rotate();
        while (true) {
            int port = ports.next();
            switch (tryPort(request, postgres, data, log, port)) {
                case Outcome.Accepting accepting -> {
                    return accepting.instance();
                }
                case Outcome.PortTaken taken -> {
                    if (request.port().isPresent()) {
                        throw portTaken(port);
                    }
                }
            }
        }
    }

    static BusyException portTaken(int port) {
        return new BusyException("port " + port + " is in use", "Name another with --port, or leave it out.");
    }

    private Outcome tryPort(StartRequest request, PostgresBinaries postgres, DataDirectories.Ready data, ServerLog log,
                            int port) {
        ServerUser user = ServerUser.current();
        Path sockets = SocketDirectory.of(repository, port, host, user);
        List<String> command = new ArrayList<>();
        command.add(postgres.program("postgres").toString());
        command.addAll(ServerCommand.arguments(request, data.directory(), sockets, port, host));
        long logStart = log.size();
        long pid =
                Launcher.start(user.wrap(command), data.directory(), log.file(), Map.of("LC_ALL", "C"));
        Instance instance = new Instance(request.timeline(), request.label(), pid,
                host.incarnation(pid).orElse(""), repository.context().clock().instant(), port,
                request.listen().orElse(StartRequest.DEFAULT_LISTEN), sockets, request.readOnly(), request.settings(),
                Optional.of(postgres.binDir()), RunningServers.placeOf(repository.context().process()));
        try {
            records.write(instance);
        } catch (RuntimeException unrecorded) {
            // A server that nobody knows of must not run on.
            ServerStop.end(instance, host);
            throw unrecorded;
        }
        try (RecoveryProgress recovery = new RecoveryProgress(host, data, progress)) {
            if (await(instance, request.timeout(), recovery)) {
                return new Outcome.Accepting(instance);
            }
        } catch (RuntimeException failure) {
            ServerStop.end(instance, host);
            records.remove(instance.timeline());
            throw failure;
        }
        records.remove(instance.timeline());
        String output = log.tail(logStart);
        if (output.contains(PORT_TAKEN) || output.contains(LOCK_TAKEN + sockets)) {
            return new Outcome.PortTaken();
        }
        throw new PostgresFailedException("postgres ended while starting on '" + request.label() + "'", output,
                (PORT_FORBIDDEN.matcher(output).find() ? "Ports below 1024 are not for everybody: name another with --port. " : "")
                        + "The whole log is in '" + log.file() + "'.");
    }

    /** Whether the server accepts connections; false if its process has ended. */
    private boolean await(Instance instance, Duration timeout, RecoveryProgress recovery) {
        var socket = UnixDomainSocketAddress.of(SocketDirectory.socket(instance));
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            if (WireProbe.ask(socket, PROBE) instanceof WireProbe.Answer.Ready && SocketDirectory.isOf(instance)) {
                return true;
            }
            if (!host.isAlive(instance.pid())) {
                return false;
            }
            if (recovery.hasMoved()) {
                deadline = System.nanoTime() + timeout.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new PostgresFailedException("postgres on '" + instance.label() + "' did not accept connections in "
                        + timeout.toSeconds() + " s", "", "Wait longer with --timeout, or look into its log with"
                        + " 'neon instance logs " + instance.label() + "'.");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new BusyException("interrupted while postgres was starting", "Run the command again.");
            }
            Waiting.step();
        }
    }
}
