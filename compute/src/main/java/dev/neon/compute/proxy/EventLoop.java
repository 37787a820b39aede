package dev.neon.compute.proxy;

import dev.neon.repo.error.BusyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One thread that passes the bytes of many sessions. It sleeps until a socket has something, and reads and writes in the same
 * turn, so that a message costs one wake-up; a virtual thread for each direction costs two, and half the throughput
 * (docs/pageserver.md). A session holds memory only for what its peer does not take.
 */
final class EventLoop implements AutoCloseable {
    /** What is passed of one session in one turn, at most. */
    private static final int TURN_BYTES = 64 << 10;

    private final Selector selector;
    private final Consumer<String> log;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TurnBuffer plain = new TurnBuffer(() -> ByteBuffer.allocateDirect(TURN_BYTES));
    private final TurnBuffer records = new TurnBuffer(() -> ByteBuffer.allocate(TURN_BYTES + TlsEngine.RECORD_BYTES));
    private volatile boolean isClosed;

    private EventLoop(Selector selector, Consumer<String> log) {
        this.selector = selector;
        this.log = log;
    }

    /** Starts the thread. */
    static EventLoop start(String name, Consumer<String> log) {
        try {
            EventLoop loop = new EventLoop(Selector.open(), log);
            Thread.ofPlatform().daemon().name(name).start(loop::run);
            return loop;
        } catch (IOException failure) {
            throw new BusyException("unable to wait for clients: " + failure.getMessage(),
                    "The limit of open files may be reached: see 'ulimit -n'.");
        }
    }

    /** Who is told when a socket is ready, on the loop's thread. */
    interface Ready {
        void ready(SelectionKey key);

        /** It has asked for it by {@link EventLoop#again}. */
        void goOn();

        /** Closes its sockets. */
        void end();
    }

    /** Runs a task on the loop's thread, soon; none is run after {@link #close}. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** To be called on the loop's thread, as everything below. */
    SelectionKey register(SocketChannel channel, int operations, Ready ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, ready);
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
        try {
            while (!isClosed) {
                selector.select(this::ready);
                // Those that come meanwhile have to wait for the next turn.
                for (int i = tasks.size(); i > 0; i--) {
                    runAlone(tasks.remove());
                }
            }
        } catch (IOException | RuntimeException bug) {
            log.accept("error: internal error in the thread that passes bytes: " + bug);
        } finally {
            // Those that came last have no key yet.
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                runAlone(task);
            }
            selector.keys().forEach(key -> ((Ready) key.attachment()).end());
            closeSelector();
        }
    }

    /** A task that fails does not take other sessions along. */
    private void runAlone(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
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
        } catch (RuntimeException | OutOfMemoryError failure) {
            // The latter where there is no buffer left to hold what a client does not take.
            log.accept("error: a session was ended: " + failure);
            session.end();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException failure) {
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
