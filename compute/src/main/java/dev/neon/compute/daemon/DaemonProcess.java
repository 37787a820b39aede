package dev.neon.compute.daemon;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.Launcher;
import dev.neon.compute.process.LogFile;
import dev.neon.compute.process.Waiting;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The daemon as others see it, who start and end it. */
public final class DaemonProcess {
    /** It takes a second; on a machine that is busy it may be many. */
    private static final Duration START = Duration.ofSeconds(90);
    /** It waits for servers that it is just starting or stopping. */
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final Duration KILL = Duration.ofSeconds(10);

    private final Repository repository;
    private final DaemonFiles files;
    private final Host host = Host.current();

    public DaemonProcess(Repository repository) {
        this.repository = repository;
        this.files = new DaemonFiles(repository);
    }

    /**
     * A daemon and whether it was started by this call.
     *
     * @param fresh whether it was
     */
    public record Started(DaemonRecord record, boolean fresh) {}

    /**
     * Starts a daemon that outlives us, and waits until it lets clients in; or finds the one that runs. Of several that call
     * this at once one starts it.
     *
     * @param command  runs {@link Daemon} with these settings
     * @throws BusyException           if a port is taken, or another command holds the lock for long
     * @throws PostgresFailedException if it ended at once; with the end of its log
     */
    public Started start(List<String> command, DaemonSettings settings) throws InterruptedException {
        // Else one command's look at the port would be in the way of another's daemon.
        try (LockFile _ = repository.lock("pageserver-start", START.plus(STOP))) {
            DaemonState state = settled(START);
            if (state instanceof DaemonState.Running running) {
                return new Started(running.record(), false);
            }
            if (state instanceof DaemonState.Busy busy) {
                throw busy(busy);
            }
            settings.listen().requireFree();
            if (settings.http().isChosen()) {
                settings.http().address().ifPresent(StatusServer::requireFree);
            }
            return launch(command);
        }
    }

    private static BusyException busy(DaemonState.Busy busy) {
        return new BusyException("the page server is locked by " + busy.owner() + ", which lets nobody in",
                "It may be starting or ending. See its log with 'neon pageserver logs', or try again.");
    }

    private Started launch(List<String> command) throws InterruptedException {
        LogFile log = new LogFile(files.log());
        log.rotate();
        long from = log.size();
        // Its working directory keeps no file system busy.
        long pid = Launcher.start(command, Path.of("/"), files.log(), Map.of());
        boolean[] isAlive = {true};
        Waiting.until(START, () -> {
            // In this order: whoever was faster than a daemon that is gone by now has been there before.
            isAlive[0] = host.isAlive(pid);
            return files.state() instanceof DaemonState.Running || !isAlive[0] && files.state() instanceof DaemonState.Stopped
                    || Thread.currentThread().isInterrupted();
        });
        if (files.state() instanceof DaemonState.Running running) {
            return new Started(running.record(), running.record().pid() == pid);
        }
        if (isAlive[0]) {
            host.signal(pid, Host.Signal.TERM);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        throw new PostgresFailedException("the page server did not start", log.tail(from),
                "Its log is '" + files.log() + "'. Run 'neon pageserver start --foreground' to see it start.");
    }

    /**
     * Ends the daemon, and waits for it; servers run on. What one that was killed has left goes.
     *
     * @return the one that was ended; empty if none was running
     * @throws BusyException if it cannot be ended from here
     */
    public Optional<DaemonRecord> stop() throws InterruptedException {
        DaemonState state = settled(STOP);
        if (state instanceof DaemonState.Busy busy) {
            throw busy(busy);
        }
        ProcessIdentity self = repository.context().process();
        if (state instanceof DaemonState.Running running) {
            DaemonRecord record = running.record();
            ProcessIdentity owner = files.owner().filter(found -> found.pid() == record.pid() && self.canTell(found))
                    .orElseThrow(() -> new BusyException("the page server with pid " + record.pid() + " runs in another place",
                            "It was started on another machine or in another container. Stop it there."));
            if (!end(owner, self)) {
                throw new BusyException("unable to end the page server, process " + record.pid(),
                        "It may be another user's. Stop it as that user.");
            }
        }
        files.removeLeftovers();
        return state instanceof DaemonState.Running running ? Optional.of(running.record()) : Optional.empty();
    }

    private boolean end(ProcessIdentity owner, ProcessIdentity self) throws InterruptedException {
        return host.signal(owner.pid(), Host.Signal.TERM) && isGone(owner, self, STOP)
                || host.signal(owner.pid(), Host.Signal.KILL) && isGone(owner, self, KILL)
                || !self.sees(owner);
    }

    private static boolean isGone(ProcessIdentity owner, ProcessIdentity self, Duration limit) throws InterruptedException {
        boolean isGone = Waiting.until(limit, () -> !self.sees(owner) || Thread.currentThread().isInterrupted()) && !self.sees(owner);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return isGone;
    }

    /** The state once nobody starts or ends it, if that is so in time. */
    private DaemonState settled(Duration limit) throws InterruptedException {
        DaemonState[] state = new DaemonState[1];
        Waiting.until(limit, () -> {
            state[0] = files.state();
            return !(state[0] instanceof DaemonState.Busy) || Thread.currentThread().isInterrupted();
        });
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return state[0];
    }
}
