package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.PageServer;
import dev.neon.compute.proxy.PageServerLock;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The page server with all that belongs to it, in the process that runs it. There is one for a repository: it holds
 * {@code run/pageserver.lock} from its beginning to its end, and tells in {@code run/pageserver} where it is once clients are
 * let in.
 */
public final class Daemon implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final DaemonFiles files;
    private final LockFile lock;
    private final PageServerLock held;
    private final Consumer<String> log;
    /** What has been started, the last first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DaemonParts told;

    private Daemon(DaemonFiles files, LockFile lock, PageServerLock held, Consumer<String> log, DaemonParts told) {
        this.files = files;
        this.lock = lock;
        this.held = held;
        this.log = log;
        this.told = told;
    }

    /**
     * Lets clients in. Closing it breaks their sessions off and lets servers run on, for the next one.
     *
     * @param program    runs commands in the background
     * @param workspaces one for each operation on the repository
     * @param log        takes lines for people, from several threads
     * @throws BusyException if another one runs, or a port is taken
     */
    public static Daemon start(DaemonSettings settings, NeonProgram program, Supplier<Workspace> workspaces, Consumer<String> log) {
        Repository repository = workspaces.get().repository();
        DaemonFiles files = new DaemonFiles(repository);
        DaemonState before = files.state();
        DaemonParts told = new DaemonParts(program.version(), repository.context().clock().instant());
        Daemon daemon = new Daemon(files, files.acquire(Duration.ZERO), new PageServerLock(repository), log, told);
        if (before instanceof DaemonState.Stopped(Optional<Long> killed) && killed.isPresent()) {
            log.accept("the page server before, process " + killed.get() + ", has ended without tidying up");
        }
        try {
            // First, so that it can be told that clients are not let in yet, or not any more.
            Optional<ListenAddress> http = daemon.tell(settings.http(), repository, workspaces);
            PageServer server = daemon.add(PageServer.start(settings.listen(), workspaces, log));
            told.set(server);
            if (program.command().isEmpty()) {
                log.accept("warning: nothing is done in the background, since neon was not started by its launcher");
            } else {
                told.set(daemon.add(Housekeeping.start(program, workspaces, log)));
            }
            DaemonRecord record = new DaemonRecord(files.place(), Optional.of(files.mark()), repository.context().process().pid(), server.address(), http,
                    settings.http(), program.restart(), repository.context().clock().instant());
            told.readiness().become(Readiness.State.READY);
            log.accept("listening on " + record.address());
            http.ifPresent(address -> log.accept("telling the state at http://" + address));
            files.write(record);
            return daemon;
        } catch (RuntimeException failure) {
            daemon.end();
            throw failure;
        }
    }

    /** Begins to tell the state over HTTP; empty if that is not wished for, or the port that nobody has chosen is taken. */
    private Optional<ListenAddress> tell(HttpChoice choice, Repository repository, Supplier<Workspace> workspaces) {
        if (choice.address().isEmpty()) {
            return Optional.empty();
        }
        AccessToken token = add(AccessToken.make(repository));
        try {
            StatusServer server = add(StatusServer.start(choice.address().get(), token, new StatusRoutes(told, workspaces), log));
            return Optional.of(server.address());
        } catch (BusyException taken) {
            if (choice.isChosen()) {
                throw taken;
            }
            log.accept("warning: " + taken.getMessage() + "; the page server runs without");
            parts.remove(token);
            token.close();
            return Optional.empty();
        }
    }

    /** Takes a part that is closed with this, before those that were added earlier. */
    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /**
     * Waits until the repository is gone from its place, or somebody took the lock away, which the log is told.
     *
     * @throws InterruptedException if the process is told to end before that
     */
    public void awaitEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        SpareMemory memory = new SpareMemory();
        while (!held.isLost()) {
            memory.giveBack();
            if (never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        log.accept("error: '" + lock.file() + "' is not there any more, or not this page server's: the repository was moved or deleted");
    }

    @Override
    public void close() {
        log.accept("the page server ends");
        end();
    }

    private void end() {
        told.readiness().become(Readiness.State.STOPPING);
        boolean isOurs = !held.isLost();
        if (isOurs) {
            files.removeRecord();
        }
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failure) {
                log.accept("error: unable to end a part of the page server: " + failure);
            }
        }
        // Looked at again: the parts may have taken long to end.
        if (isOurs && !held.isLost()) {
            lock.close();
        }
    }
}
