package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.tls.Pem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind TLS in an event loop, whose server is the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsSideTest {
    private static final String TLS_12 = "TLSv1.2", TLS_13 = "TLSv1.3";
    private static final int LONG = 24 << 20;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final List<Session> sessions = new ArrayList<>();
    private TlsIdentity identity;
    private Path certificate;
    private Loopback loopback;
    private EventLoop loop;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Repository repository = Repository.create(directory.resolve(".neon"), TestWorkspace.context(), _ -> { });
        identity = TlsIdentity.open(repository, _ -> { });
        certificate = repository.directory().resolve("tls/server.crt");
        loopback = new Loopback();
        loop = EventLoop.start("loop", log::add);
    }

    @AfterAll
    void end() throws Exception {
        loop.close();
        loopback.close();
        timer.shutdownNow();
    }

    @AfterEach
    void endSessions() throws Exception {
        for (Session session : sessions) {
            session.server.close();
            session.wire.close();
            session.thread.join(Loopback.TIMEOUT_MILLIS);
            assertTrue(!session.thread.isAlive(), "a session lives on");
        }
        sessions.clear();
        assertEquals(List.of(), List.copyOf(log));
    }

    /** A client, and the socket at which the server is. */
    private final class Session {
        private final Socket wire;
        private final SSLSocket client;
        private final Socket server;
        private final Thread thread;

        /**
         * Comes into the loop when the gate is open.
         *
         * @param first how many bytes are taken before
         */
        private Session(String version, Socket wire, CountDownLatch gate, int first) throws Exception {
            this.wire = wire;
            SocketChannel accepted = loopback.accept();
            server = loopback.connect();
            SocketChannel backend = loopback.accept();
            thread = Thread.ofVirtual().start(() -> {
                try {
                    TlsChannel channel = new TlsChannel(accepted, identity.engine(_ -> { }));
                    channel.handshake();
                    gate.await();
                    assertEquals(first, channel.inputStream().readNBytes(first).length);
                    Forwarding.untilEnd(loop, timer, channel.inLoop(loop), new Side.Plain(backend), new Forwarding.Traffic(), _ -> { });
                } catch (IOException | InterruptedException | RuntimeException failure) {
                    log.add(failure.toString());
                } finally {
                    Relay.close(accepted);
                }
            });
            client = (SSLSocket) Pem.trusting(certificate).getSocketFactory().createSocket(wire, "localhost", 1, true);
            client.setEnabledProtocols(new String[] {version});
            client.startHandshake();
            sessions.add(this);
        }

        /** Makes the server send back what it gets. */
        private Session echo() {
            Thread.ofVirtual().start(() -> {
                try {
                    server.getInputStream().transferTo(server.getOutputStream());
                    server.shutdownOutput();
                } catch (IOException ended) {
                    // The test is over.
                }
            });
            return this;
        }
    }

    private Session session(String version) throws Exception {
        return new Session(version, loopback.connect(), new CountDownLatch(0), 0);
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void ask(Session session, byte[] question) throws Exception {
        session.client.getOutputStream().write(question);
        assertArrayEquals(question, session.client.getInputStream().readNBytes(question.length));
    }

    private interface Step {
        void run() throws Exception;
    }

    private static FutureTask<Void> meanwhile(Step step) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            step.run();
            return null;
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** Sends in pieces of a few bytes, for a start, which so come alone and in groups. */
    private static final class Crumbling extends AlteredWire {
        private final Random random;

        private Crumbling(Socket wire, Random random) {
            super(wire);
            this.random = random;
        }

        @Override
        void send(byte[] bytes, OutputStream to) throws IOException {
            for (int at = 0; at < bytes.length;) {
                int piece = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 60));
                to.write(bytes, at, piece);
                at += piece;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void recordsComeInAnyPieces(String version) throws Exception {
        Random random = new Random(11);
        Session session = new Session(version, new Crumbling(loopback.connect(), random), new CountDownLatch(0), 0).echo();
        for (int i = 0; i < 60; i++) {
            ask(session, random(random, 1 + random.nextInt(random.nextInt(8) == 0 ? 200_000 : 300)));
        }
    }

    /** Behind the startup packet, in its record and in others, and nothing more. */
    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void whatCameBeforeTheLoopIsPassed(String version) throws Exception {
        byte[] sent = random(new Random(12), 60_000);
        for (int first : new int[] {1, 90, 100, 16_384, 20_000}) {
            CountDownLatch gate = new CountDownLatch(1);
            Session session = new Session(version, loopback.connect(), gate, first);
            session.client.getOutputStream().write(sent, 0, 100);
            session.client.getOutputStream().write(sent, 100, sent.length - 100);
            gate.countDown();
            assertArrayEquals(Arrays.copyOfRange(sent, first, sent.length), session.server.getInputStream().readNBytes(sent.length - first));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void whatIsNotTakenWaits(String version) throws Exception {
        byte[] up = random(new Random(13), LONG);
        byte[] down = random(new Random(14), LONG);
        Session session = session(version);
        FutureTask<Void> asks = meanwhile(() -> {
            session.client.getOutputStream().write(up);
            // In 1.2, close_notify ends both directions (RFC 5246, 7.2.1).
            if (version.equals(TLS_13)) {
                session.client.shutdownOutput();
            }
        });
        FutureTask<Void> answers = meanwhile(() -> {
            session.server.getOutputStream().write(down);
            session.server.shutdownOutput();
        });
        Thread.sleep(500);
        assertTrue(!asks.isDone() && !answers.isDone(), "everything was taken");
        FutureTask<Void> reads = meanwhile(() -> assertArrayEquals(up, session.server.getInputStream().readNBytes(LONG)));
        reads.get(Loopback.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertArrayEquals(down, session.client.getInputStream().readNBytes(LONG));
        assertEquals(-1, session.client.getInputStream().read(), "close_notify, or this would throw");
        asks.get();
        answers.get();
    }

    @Test
    void keysAreRenewedWhileTheClientReadsNothing() throws Exception {
        byte[] down = random(new Random(15), LONG);
        byte[] up = random(new Random(16), 1000);
        Session session = session(TLS_13);
        FutureTask<Void> answers = meanwhile(() -> session.server.getOutputStream().write(down));
        Thread.sleep(500);
        assertTrue(!answers.isDone(), "everything was taken");
        for (int i = 0; i < 10; i++) {
            session.client.startHandshake();
            session.client.getOutputStream().write(up);
        }
        assertArrayEquals(down, session.client.getInputStream().readNBytes(LONG));
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(up, session.server.getInputStream().readNBytes(up.length));
        }
        ask(session.echo(), up);
    }

    @Test
    void othersHaveTheirTurns() throws Exception {
        byte[] question = random(new Random(17), 100);
        Session witness = session(TLS_13).echo();
        Session renewing = session(TLS_13).echo();
        Session busy = session(TLS_13).echo();
        FutureTask<Void> renewals = meanwhile(() -> {
            for (int i = 0; i < 2000; i++) {
                renewing.client.startHandshake();
            }
            ask(renewing, question);
        });
        byte[] piece = random(new Random(18), 1 << 20);
        FutureTask<Void> writes = meanwhile(() -> {
            for (int i = 0; i < 64; i++) {
                busy.client.getOutputStream().write(piece);
            }
        });
        FutureTask<Void> reads = meanwhile(() -> {
            for (int i = 0; i < 64; i++) {
                assertArrayEquals(piece, busy.client.getInputStream().readNBytes(piece.length));
            }
        });
        int turns = 0;
        while (!reads.isDone()) {
            ask(witness, question);
            turns++;
        }
        reads.get();
        writes.get();
        renewals.get(Loopback.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertTrue(turns > 20, turns + " round trips beside 64 MB");
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void whoSendsWhatNobodyEncryptedIsToldAndEnds(String version) throws Exception {
        Session witness = session(version).echo();
        Session session = session(version).echo();
        ask(session, new byte[100]);
        session.wire.getOutputStream().write(HexFormat.of().parseHex("1703030020" + "00".repeat(32)));
        String told = assertThrows(SSLException.class, () -> session.client.getInputStream().read()).getMessage();
        assertTrue(told.contains("bad_record_mac"), told);
        assertEquals(-1, session.server.getInputStream().read());
        ask(witness, new byte[100]);
    }
}
