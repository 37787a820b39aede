package dev.neon.compute.proxy;

import dev.neon.repo.error.BusyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One thread that passes the bytes of many sessions. It sleeps until a socket has something, and reads and writes in the same
 * turn, so that a message costs one wake-up; a virtual thread for each direction costs two, and half the throughput
 * (docs/pageserver.md). A session holds memory only for what its peer does not take. Whatever fails, the thread goes on until it is closed:
 * if it can wait for its sockets no more, their sessions end, and it goes on with a new selector.
 */
final class EventLoop implements AutoCloseable {
    /** What is passed of one session in one turn, at most. */
    private static final int TURN_BYTES = 64 << 10;

    /** After the thread has failed, so that it does not do nothing else. */
    private static final long PAUSE_MILLIS = 100;

    private final Selectors selectors;
    private final Consumer<String> log;
    private final RepeatedFailure failures;
    private final Set<Ready> sessions = new HashSet<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TurnBuffer plain = new TurnBuffer(() -> ByteBuffer.allocateDirect(TURN_BYTES));
    private final TurnBuffer records = new TurnBuffer(() -> ByteBuffer.allocate(TURN_BYTES + TlsEngine.RECORD_BYTES));
    private volatile Selector selector;
    private volatile boolean isEnding;
    private volatile boolean isClosed;
    /** Whether no task is taken any more; guarded by {@link #tasks}. */
    private boolean isOver;

    private EventLoop(Selectors selectors, Consumer<String> log) throws IOException {
        this.selectors = selectors;
        this.selector = selectors.open();
        this.log = log;
        this.failures = new RepeatedFailure(log);
    }

    /** Where selectors come from. */
    interface Selectors {
        Selector open() throws IOException;
    }

    /** Starts the thread. */
    static EventLoop start(String name, Consumer<String> log) {
        return start(name, Selector::open, log);
    }

    static EventLoop start(String name, Selectors selectors, Consumer<String> log) {
        try {
            EventLoop loop = new EventLoop(selectors, log);
            Thread.ofPlatform().daemon().name(name).start(loop::run);
            return loop;
        } catch (IOException failure) {
            throw new BusyException("unable to wait for clients: " + failure.getMessage(),
                    "The limit of open files may be reached: see 'ulimit -n'.");
        }
    }

    /** A session, which is told on the loop's thread what it can do. */
    interface Ready {
        /** It is in the loop, and may {@link EventLoop#register} its sockets. */
        void begin();

        /** One of its sockets is ready. */
        void ready(SelectionKey key);

        /** It has asked for it by {@link EventLoop#again}. */
        void goOn();

        /** Closes its sockets, and leaves the loop by {@link EventLoop#leave}. */
        void end();
    }

    /** Takes a session in: it begins soon, and ends with the loop at the latest. @return false if the loop has ended */
    boolean add(Ready session) {
        return execute(() -> {
            sessions.add(session);
            guarded(session, session::begin);
        });
    }

    /** Runs a task on the loop's thread, soon. @return false if the loop has ended */
    boolean execute(Runnable task) {
        synchronized (tasks) {
            if (isOver) {
                return false;
            }
            tasks.add(task);
        }
        selector.wakeup();
        return true;
    }

    /** Makes sessions whose server has ended wait for their clients no more, but to tell them. */
    void hurry() {
        isEnding = true;
    }

    boolean isEnding() {
        return isEnding;
    }

    /** To be called on the loop's thread, as everything below. */
    SelectionKey register(SocketChannel channel, int operations, Ready ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, ready);
    }

    void leave(Ready session) {
        sessions.remove(session);
    }

    /** Goes on with it in the next turn, when others have had theirs. */
    void again(Ready session) {
        execute(() -> guarded(session, session::goOn));
    }

    /** For bytes in the clear. */
    TurnBuffer plain() {
        return plain;
    }

    /** For bytes of TLS: on the heap, where they are encrypted faster, with room for what becomes of {@link #plain}. */
    TurnBuffer records() {
        return records;
    }

    private void run() {
        while (!isClosed) {
            try {
                selector.select(this::ready);
                // Those that come meanwhile have to wait for the next turn.
                for (int i = tasks.size(); i > 0; i--) {
                    runAlone(tasks.remove());
                }
            } catch (IOException | RuntimeException | Error failure) {
                failures.add("error: unable to wait for clients, " + sessions.size() + " sessions were ended: " + failure);
                renew();
            }
        }
        synchronized (tasks) {
            isOver = true;
        }
        // Those that came last are sessions, too.
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runAlone(task);
        }
        endSessions();
        closeSelector();
    }

    /** Sockets are registered with one selector; those that are to come get another. */
    private void renew() {
        endSessions();
        closeSelector();
        boolean isNew = false;
        while (!isNew && !isClosed) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                selector = selectors.open();
                // For tasks that have woken the one before.
                selector.wakeup();
                isNew = true;
            } catch (IOException | RuntimeException | Error failure) {
                failures.add("error: unable to wait for clients: " + failure);
            } catch (InterruptedException nobodyDoes) {
                isClosed = true;
            }
        }
    }

    private void endSessions() {
        List.copyOf(sessions).forEach(session -> runAlone(session::end));
        sessions.clear();
    }

    /** A task that fails does not take other sessions along. */
    private void runAlone(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            log.accept("error: internal error in the thread that passes bytes: " + failure);
        }
    }

    /** A key that was cancelled in this turn, by the session's other one, still comes here. */
    private void ready(SelectionKey key) {
        Ready session = (Ready) key.attachment();
        guarded(session, () -> {
            if (key.isValid()) {
                session.ready(key);
            }
        });
    }

    /** A session that fails ends alone. */
    private void guarded(Ready session, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            // The latter where no buffer is left to hold what a client does not take, or neon's files were replaced.
            log.accept("error: a session was ended: " + failure);
            session.end();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException | RuntimeException failure) {
            log.accept("error: unable to close a selector: " + failure.getMessage());
        }
    }

    /** Ends all sessions, soon. */
    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
    }
}
