package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.neon.compute.workspace.TestWorkspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** Slow, half-open and malicious clients; an ordinary one beside them works and new ones connect all the while. */
class HostileClientsTest {
    private static final int MIB = 1 << 20;
    private static final int MOST_SESSIONS = 20;
    private static final byte TLS_HANDSHAKE = 22, TLS_ALERT = 21;

    private static TestPageServer pageServer;

    private final AtomicBoolean isOver = new AtomicBoolean();
    private FutureTask<Integer> ordinary;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pageServer = TestPageServer.start(TestWorkspace.init(directory, 18),
                Map.of("pageserver.maxConnections", String.valueOf(MOST_SESSIONS)));
        pageServer.connect("postgres@main").close();
    }

    @AfterAll
    static void end() {
        pageServer.close();
    }

    @BeforeEach
    void ordinaryClient() throws Exception {
        pageServer.await("a client is left", () -> pageServer.server().connections() == 0);
        ordinary = new FutureTask<>(() -> {
            int times = 0;
            try (Connection connection = pageServer.connect("postgres@main")) {
                do {
                    assertEquals(String.valueOf(times), TestPageServer.one(connection, "SELECT " + times));
                    try (Connection another = pageServer.connect("postgres@main")) {
                        assertEquals("1", TestPageServer.one(another, "SELECT 1"));
                    }
                    times++;
                    Thread.sleep(20);
                } while (!isOver.get());
            }
            return times;
        });
        Thread.ofPlatform().start(ordinary);
    }

    @AfterEach
    void ordinaryClientHasWorked() throws Exception {
        isOver.set(true);
        try {
            assertTrue(ordinary.get() > 0);
        } catch (ExecutionException failed) {
            throw new AssertionError("the ordinary client failed: " + pageServer.log(), failed.getCause());
        }
    }

    @Test
    void garbageIsAnsweredOrHungUpOn() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> packets = new ArrayList<>(List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {TLS_HANDSHAKE, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3},
                new byte[0], new byte[1], new byte[4], new byte[10_000],
                ints(Integer.MAX_VALUE, WireClient.PROTOCOL), ints(-1, WireClient.PROTOCOL), ints(10_005, WireClient.PROTOCOL), ints(7),
                ints(8, WireClient.PROTOCOL), ints(8, 2 << 16), ints(8, StartupPacket.CANCEL_CODE), ints(0xff_ffff, WireClient.PROTOCOL),
                WireClient.packet(StartupPacket.CANCEL_CODE, new byte[4]), WireClient.packet(StartupPacket.CANCEL_CODE, new byte[300]),
                WireClient.packet(StartupPacket.CANCEL_CODE, new byte[8]), WireClient.packet(StartupPacket.SSL_CODE, new byte[9]),
                WireClient.packet(StartupPacket.GSSENC_CODE, new byte[3]),
                repeated(WireClient.packet(StartupPacket.GSSENC_CODE, new byte[0]), 500),
                WireClient.packet(WireClient.PROTOCOL, "user".getBytes(StandardCharsets.US_ASCII)),
                WireClient.packet(WireClient.PROTOCOL, new byte[] {'a', 0, 'b', 0, 'c', 0}),
                WireClient.packet(WireClient.PROTOCOL, new byte[] {0, 0, 0, 0}),
                WireClient.packet(WireClient.PROTOCOL, repeated(new byte[] {'a', 0, 'b', 0}, 2000)),
                WireClient.startup("user", "postgres", "database", "@" + "\\".repeat(3000)),
                WireClient.startup("user", "postgres", "branch", "../../../etc/passwd"),
                WireClient.startup("user", "postgres", "branch", "main@{" + "(".repeat(5000)),
                WireClient.startup("user", "postgres", "options", "-c branch=" + "^".repeat(9000))));
        for (int i = 0; i < 300; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            packets.add(random.nextBoolean() ? body
                    : WireClient.packet(random.nextInt(4) == 0 ? random.nextInt() : WireClient.PROTOCOL, body));
        }
        for (byte[] packet : packets) {
            byte[] answer = answer(packet);
            int at = 0;
            while (at < answer.length && answer[at] == 'N') {
                at++;
            }
            byte[] error = Arrays.copyOfRange(answer, at, answer.length);
            // What looks like TLS is answered so.
            boolean isTls = packet.length > 0 && packet[0] == TLS_HANDSHAKE && answer.length > 0 && answer[0] == TLS_ALERT;
            assertTrue(isTls || error.length == 0 || error[0] == 'E' && ByteBuffer.wrap(error, 1, 4).getInt() == error.length - 1,
                    () -> "seed " + seed + ", " + Arrays.toString(packet) + ": " + new String(answer, StandardCharsets.ISO_8859_1));
        }
    }

    /** A reset instead of an answer is one as well: the client has sent more than anybody reads. */
    private static byte[] answer(byte[] packet) throws IOException {
        try (WireClient client = WireClient.connect(pageServer.port())) {
            client.send(packet);
            return client.rest();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    @Test
    void idleConnectionsTakeLittleAndNoPlace() throws Exception {
        int idle = 5000;
        assumeTrue(ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getMaxFileDescriptorCount() > 2 * idle,
                "this test needs more descriptors than a process may have here");
        List<SocketChannel> silent = new ArrayList<>();
        try {
            Footprint before = Footprint.now();
            for (int i = 0; i < idle; i++) {
                silent.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", pageServer.port())));
                if (i % 100 == 0) {
                    // The ordinary client has to say something before as many others have come as may be silent.
                    Thread.sleep(50);
                }
            }
            pageServer.await("none was sent away", () -> pageServer.server().connections() <= Clients.MOST_STARTING + MOST_SESSIONS);
            Footprint grown = Footprint.now().since(before);
            assertTrue(grown.heap() + grown.direct() < 32 * MIB, grown::toString);
            assertTrue(grown.resident() < 128 * MIB, grown::toString);
            assertTrue(grown.threads() < 50, grown::toString);
            assertEquals(-1, silent.getFirst().read(ByteBuffer.allocate(1)), "the oldest goes first");
            SocketChannel newest = silent.getLast();
            newest.write(ByteBuffer.wrap(WireClient.startup("user", "postgres", "database", "postgres@main")));
            ByteBuffer answer = ByteBuffer.allocate(1);
            newest.read(answer);
            assertEquals('R', answer.get(0), "the newest is let in");
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void idleHandshakesTakeLittle() throws Exception {
        List<WireClient> silent = new ArrayList<>();
        try {
            Footprint before = Footprint.now();
            for (int i = 0; i < Clients.MOST_STARTING; i++) {
                WireClient client = WireClient.connect(pageServer.port());
                silent.add(client);
                client.send(WireClient.packet(StartupPacket.SSL_CODE, new byte[0]));
                assertEquals('S', client.socket().getInputStream().read());
            }
            Footprint grown = Footprint.now().since(before);
            assertTrue(grown.heap() + grown.direct() < 64 * MIB, grown::toString);
        } finally {
            for (WireClient client : silent) {
                client.close();
            }
        }
    }

    @Test
    void fullMeansFullOfSessions() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        isOver.set(true);
        ordinary.get();
        pageServer.await("a client is left", () -> pageServer.server().connections() == 0);
        try (Connection first = pageServer.connect("postgres@main"); Statement statement = first.createStatement()) {
            for (int i = 0; i < 2 * MOST_SESSIONS; i++) {
                clients.add(WireClient.connect(pageServer.port()));
            }
            for (int i = 1; i < MOST_SESSIONS; i++) {
                clients.add(WireClient.session(pageServer.port(), "postgres@main"));
            }
            assertEquals("53300", assertThrows(PSQLException.class, () -> pageServer.connect("postgres@main")).getSQLState());
            statement.setQueryTimeout(1);
            assertEquals("57014", assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(60)")).getSQLState(),
                    "a cancel request needs no place");
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void slowStartsGetIn() throws Exception {
        byte[] packet = WireClient.startup("user", "postgres", "database", "postgres@main");
        try (WireClient slow = WireClient.connect(pageServer.port())) {
            for (byte each : packet) {
                slow.send(each);
                Thread.sleep(5);
            }
            slow.until('Z');
        }
    }

    @Test
    @Tag("nightly")
    void aByteASecondIsEndedAtTheDeadline() throws Exception {
        byte[] packet = WireClient.startup("user", "postgres", "database", "postgres@main", "application_name", "x".repeat(100));
        List<WireClient> slow = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            slow.add(WireClient.connect(pageServer.port()));
        }
        long begin = System.nanoTime();
        for (int at = 0; pageServer.server().connections() > 2 && at < 60; at++) {
            for (WireClient client : slow) {
                try {
                    client.send(packet[at]);
                } catch (IOException ended) {
                    assertTrue(System.nanoTime() - begin > ClientSession.STARTUP.toNanos() - 5_000_000_000L, "too early");
                }
            }
            Thread.sleep(1000);
        }
        long took = (System.nanoTime() - begin) / 1_000_000_000;
        assertTrue(took >= 28 && took < 45, () -> took + " s");
        for (WireClient client : slow) {
            client.close();
        }
    }

    @Test
    void clientsThatDoNotReadHoldTheirOwnBackendOnly() throws Exception {
        int clients = 10;
        Footprint before = Footprint.now();
        List<WireClient> idle = new ArrayList<>();
        try (Connection other = pageServer.connect("postgres@main")) {
            for (int i = 0; i < clients; i++) {
                WireClient client = WireClient.session(pageServer.port(), "postgres@main");
                idle.add(client);
                client.send(WireClient.query("SELECT repeat('x', 1000) AS endless FROM generate_series(1, 3000000)"));
            }
            String waits = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS endless%' AND wait_event = 'ClientWrite'";
            pageServer.await("the backends do not wait", () -> TestPageServer.one(other, waits).equals(String.valueOf(clients)));
            Thread.sleep(500);
            assertEquals(String.valueOf(clients), TestPageServer.one(other, waits), "they still wait");
            Footprint grown = Footprint.now().since(before);
            assertTrue(grown.heap() + grown.direct() < 8 * MIB, grown::toString);
            for (WireClient client : idle) {
                client.reset();
            }
            pageServer.await("backends go on for nobody", () -> TestPageServer.one(other,
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS endless%' AND pid <> pg_backend_pid()").equals("0"));
        }
    }

    @Test
    void serversThatDoNotReadHoldTheirOwnClientOnly() throws Exception {
        Footprint before = Footprint.now();
        try (WireClient client = WireClient.session(pageServer.port(), "postgres@main")) {
            client.send(WireClient.query("SELECT pg_sleep(3)"));
            long sent = sendUntilBlocked(client);
            assertTrue(sent < 32 * MIB, () -> sent + " bytes were taken for a server that reads nothing");
            Footprint grown = Footprint.now().since(before);
            assertTrue(grown.heap() + grown.direct() < 12 * MIB, grown::toString);
        }
    }

    /** How many bytes of queries are taken within two seconds. */
    private static long sendUntilBlocked(WireClient client) throws Exception {
        byte[] queries = repeated(WireClient.query(""), 10_000);
        long[] sent = new long[1];
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < 10_000; i++) {
                    client.send(queries);
                    sent[0] += queries.length;
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        sender.join(2000);
        assertTrue(sender.isAlive(), "everything was taken");
        long taken = sent[0];
        client.reset();
        sender.join();
        return taken;
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
        Arrays.stream(values).forEach(bytes::putInt);
        return bytes.array();
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
        for (int i = 0; i < times; i++) {
            all.put(bytes);
        }
        return all.array();
    }

    /** A cancel request is passed on, but its client waits no longer than {@link ClientSession#CANCEL}. */
    @Test
    void aServerThatTakesNoCancelRequestIsNotWaitedFor() throws Exception {
        CancelKey key = new CancelKey(1, "00000001");
        try (Loopback deaf = new Loopback();
                WireClient client = WireClient.connect(pageServer.port())) {
            pageServer.server().cancelTargets().put(key, new Backend(pageServer.instance("main"), deaf.address()));
            client.socket().setSoTimeout(2 * (int) ClientSession.CANCEL.toMillis());
            client.send(ints(16, StartupPacket.CANCEL_CODE, 1, 1));
            assertEquals(-1, client.socket().getInputStream().read());
        } finally {
            pageServer.server().cancelTargets().remove(key);
        }
    }
}
