package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Event loops whose selectors fail, and sessions that do. */
class EventLoopTest {
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final List<Selector> selectors = new CopyOnWriteArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private Loopback loopback;
    private EventLoop loop;

    @BeforeEach
    void start() throws Exception {
        loopback = new Loopback();
        loop = EventLoop.start("loop", () -> {
            if (refused.getAndDecrement() > 0) {
                throw new IOException("Too many open files");
            }
            Selector selector = Selector.open();
            selectors.add(selector);
            return selector;
        }, log::add);
    }

    @AfterEach
    void end() throws Exception {
        loop.close();
        loopback.close();
        timer.shutdownNow();
    }

    /** A session in the loop, with both its ends. */
    private final class Session implements AutoCloseable {
        private final Socket client = loopback.connect();
        private final SocketChannel fromClient = loopback.accept();
        private final Socket server = loopback.connect();
        private final SocketChannel toServer = loopback.accept();
        private final Thread thread = Thread.ofVirtual().start(() -> {
            try {
                Forwarding.untilEnd(loop, timer, new Side.Plain(fromClient), new Side.Plain(toServer), new Forwarding.Traffic(), _ -> { });
            } catch (InterruptedException nobodyDoes) {
                throw new IllegalStateException(nobodyDoes);
            }
        });

        private Session() throws IOException {}

        private void pass(int value) throws IOException {
            client.getOutputStream().write(value);
            assertEquals(value, server.getInputStream().read());
            server.getOutputStream().write(value + 1);
            assertEquals(value + 1, client.getInputStream().read());
        }

        private void isOver() throws Exception {
            assertEquals(-1, client.getInputStream().read());
            assertEquals(-1, server.getInputStream().read());
            assertTrue(thread.join(Duration.ofMillis(Loopback.TIMEOUT_MILLIS)), "somebody waits for it");
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    @Test
    void sessionsEndWithTheirSelectorAndOthersGoOn() throws Exception {
        try (Session first = new Session(); Session second = new Session()) {
            first.pass(1);
            second.pass(2);
            refused.set(2);
            selectors.getFirst().close();
            first.isOver();
            second.isOver();
        }
        for (int i = 0; i < 3; i++) {
            try (Session next = new Session()) {
                next.pass(10);
            }
        }
        assertEquals(2, selectors.size());
        assertEquals(List.of("error: unable to wait for clients, 2 sessions were ended: java.nio.channels.ClosedSelectorException"),
                List.copyOf(log));
    }

    @Test
    void oneThatComesWhileThereIsNoSelectorWaitsForTheNext() throws Exception {
        refused.set(5);
        selectors.getFirst().close();
        for (int i = 0; i < 20; i++) {
            try (Session session = new Session()) {
                session.pass(i);
            }
        }
    }

    @Test
    void thoseThatComeAfterItsEndEndAtOnce() throws Exception {
        try (Session session = new Session()) {
            session.pass(1);
            loop.close();
            session.isOver();
        }
        try (Session session = new Session()) {
            session.isOver();
        }
    }

    /** A session that fails at some step. */
    private static final class Failing implements EventLoop.Ready {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final EventLoop loop;

        private Failing(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void begin() {
            throw new NoClassDefFoundError("replaced");
        }

        @Override
        public void ready(SelectionKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void goOn() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void end() {
            loop.leave(this);
            ended.countDown();
        }
    }

    @Test
    void aSessionThatCannotBeginEndsAlone() throws Exception {
        try (Session witness = new Session()) {
            witness.pass(1);
            Failing failing = new Failing(loop);
            assertTrue(loop.add(failing));
            assertTrue(failing.ended.await(Loopback.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
            witness.pass(3);
        }
        assertEquals(List.of("error: a session was ended: java.lang.NoClassDefFoundError: replaced"), List.copyOf(log));
    }
}
