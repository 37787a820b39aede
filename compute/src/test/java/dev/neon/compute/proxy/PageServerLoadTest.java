package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.Host;
import dev.neon.compute.workspace.TestWorkspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once, servers that die under them, and clients that go at any moment. */
class PageServerLoadTest {
    private static final int MIB = 1 << 20;
    private static final Map<String, String> MANY = Map.of("pageserver.maxInstances", "30");

    @TempDir
    Path directory;

    @Test
    void manyConnectionsFromColdStartEachBranchOnce() throws Exception {
        fromCold(5, 50);
    }

    @Test
    @Tag("nightly")
    void twoHundredConnectionsToTwentyBranchesFromCold() throws Exception {
        fromCold(20, 200);
    }

    private void fromCold(int branches, int connections) throws Exception {
        TestWorkspace neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT 'main' AS name");
        for (int i = 0; i < branches; i++) {
            neon.branch("b" + i, "main");
        }
        neon.stop("main");
        try (TestPageServer pageServer = TestPageServer.start(neon, MANY);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch answered = new CountDownLatch(connections);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                String branch = "b" + i % branches;
                answers.add(clients.submit(() -> {
                    go.await();
                    try (Connection connection = pageServer.connect("postgres@" + branch)) {
                        String answer = TestPageServer.one(connection, "SELECT name || current_setting('data_directory') FROM t");
                        answered.countDown();
                        // Kept until all are there: they are connected at the same time.
                        answered.await();
                        return answer;
                    } finally {
                        answered.countDown();
                    }
                }));
            }
            go.countDown();
            for (int i = 0; i < connections; i++) {
                String answer = answers.get(i).get();
                assertTrue(answer.startsWith("main/") && answer.endsWith(neon.timeline("b" + i % branches).hex()), answer);
            }
            assertEquals(branches, pageServer.starts(), pageServer.log());
        }
    }

    @Test
    void killedServersLoseNothingAcknowledged() throws Exception {
        killed(2);
    }

    @Test
    @Tag("nightly")
    void serversKilledTenTimesLoseNothingAcknowledged() throws Exception {
        killed(10);
    }

    private void killed(int kills) throws Exception {
        int workers = 8;
        try (TestPageServer pageServer = TestPageServer.start(TestWorkspace.init(directory, 18), MANY);
                ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            try (Connection connection = pageServer.connect("postgres@main"); Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE acknowledged(a int PRIMARY KEY)");
            }
            Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
            AtomicInteger next = new AtomicInteger();
            AtomicInteger broken = new AtomicInteger();
            AtomicBoolean isOver = new AtomicBoolean();
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                work.add(threads.submit(() -> {
                    while (!isOver.get()) {
                        try (Connection connection = pageServer.connect("postgres@main");
                                PreparedStatement insert = connection.prepareStatement("INSERT INTO acknowledged VALUES (?)")) {
                            while (!isOver.get()) {
                                int value = next.incrementAndGet();
                                insert.setInt(1, value);
                                insert.executeUpdate();
                                acknowledged.add(value);
                            }
                        } catch (SQLException ended) {
                            broken.incrementAndGet();
                        }
                    }
                }));
            }
            for (int kill = 0; kill < kills; kill++) {
                int before = acknowledged.size();
                pageServer.await("nobody gets on", () -> acknowledged.size() > before + 200);
                Instance instance = pageServer.instance("main");
                assertTrue(Host.current().signal(instance.pid(), Host.Signal.KILL));
                pageServer.await("it counts as running", () -> pageServer.neon().workspace().instances().find(instance.timeline())
                        .filter(running -> running.pid() == instance.pid()).isEmpty());
            }
            int before = acknowledged.size();
            pageServer.await("nobody gets on", () -> acknowledged.size() > before + 200);
            isOver.set(true);
            for (Future<?> each : work) {
                each.get();
            }
            assertTrue(broken.get() >= kills, () -> broken + " sessions ended");
            assertEquals(kills + 1, pageServer.starts(), pageServer.log());
            try (Connection connection = pageServer.connect("postgres@main"); Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT a FROM acknowledged")) {
                Set<Integer> lost = new TreeSet<>(acknowledged);
                while (rows.next()) {
                    lost.remove(rows.getInt(1));
                }
                assertEquals(Set.of(), lost);
            }
        }
    }

    @Test
    void connectionsLeaveNothingBehind() throws Exception {
        comeAndGo(1000);
    }

    @Test
    @Tag("nightly")
    void tenThousandConnectionsLeaveNothingBehind() throws Exception {
        comeAndGo(10_000);
    }

    @Test
    void clientsMayGoWhileTheirServerStarts() throws Exception {
        try (TestPageServer pageServer = TestPageServer.start(TestWorkspace.init(directory, 18), Map.of("pageserver.suspendAfter", "1s"))) {
            for (int i = 0; i < 20; i++) {
                WireClient client = WireClient.connect(pageServer.port());
                client.send(WireClient.startup("user", "postgres", "database", "postgres@main"));
                if (i % 2 == 0) {
                    client.reset();
                } else {
                    client.close();
                }
            }
            pageServer.await("nothing was started", () -> pageServer.starts() == 1);
            pageServer.await("it runs on for nobody", () -> pageServer.neon().workspace().instances().list().isEmpty());
            assertEquals(0, pageServer.server().connections());
            assertEquals(0, pageServer.server().pool().users());
            assertEquals(1, pageServer.starts(), pageServer.log());
        }
    }

    /** The moments at which a client goes. */
    private enum Leaving {
        PROPERLY, BEFORE_A_BYTE, WITHIN_THE_PACKET, AFTER_SSL_REQUEST, AFTER_THE_PACKET, AT_AUTHENTICATION, IN_A_QUERY, IN_A_RESULT, IN_A_COPY,
        AFTER_CANCEL, TO_AN_UNKNOWN_BRANCH;

        /** @param isReset whether the connection ends by a reset, and not by its ordinary end */
        void go(int port, boolean isReset) throws IOException {
            byte[] packet = WireClient.startup("user", "postgres", "database", "postgres@main");
            WireClient client = this == PROPERLY || ordinal() >= IN_A_QUERY.ordinal() && this != TO_AN_UNKNOWN_BRANCH
                    ? WireClient.session(port, "postgres@main") : WireClient.connect(port);
            switch (this) {
                case PROPERLY -> {
                    client.send(WireClient.query("SELECT 1"));
                    client.until('Z');
                    client.terminate();
                }
                case BEFORE_A_BYTE -> { }
                case WITHIN_THE_PACKET -> client.send(Arrays.copyOf(packet, 20));
                case AFTER_SSL_REQUEST -> client.send(WireClient.packet(StartupPacket.SSL_CODE, new byte[0]));
                case AFTER_THE_PACKET -> client.send(packet);
                case AT_AUTHENTICATION -> {
                    client.send(packet);
                    client.until('R');
                }
                case IN_A_QUERY -> client.send(WireClient.query("SELECT pg_sleep(0.05)"));
                case IN_A_RESULT -> {
                    client.send(WireClient.query("SELECT repeat('x', 10000) FROM generate_series(1, 1000)"));
                    client.until('D');
                }
                case IN_A_COPY -> {
                    client.send(WireClient.query("CREATE TEMP TABLE c(a text)"));
                    client.until('Z');
                    client.send(WireClient.query("COPY c FROM STDIN"));
                    client.until('G');
                    client.send(WireClient.message('d', "a row\n".repeat(1000).getBytes(StandardCharsets.US_ASCII)));
                }
                case AFTER_CANCEL -> {
                    try (WireClient canceller = WireClient.connect(port)) {
                        canceller.send(WireClient.packet(StartupPacket.CANCEL_CODE, new byte[2 * Integer.BYTES]));
                        canceller.rest();
                    }
                }
                case TO_AN_UNKNOWN_BRANCH -> {
                    client.send(WireClient.startup("user", "postgres", "branch", "nonsense"));
                    client.read();
                }
            }
            if (isReset) {
                client.reset();
            } else {
                client.close();
            }
        }
    }

    private void comeAndGo(int times) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestPageServer pageServer = TestPageServer.start(TestWorkspace.init(directory, 18), MANY)) {
            // What is made once is there after these.
            rounds(pageServer, 300, random);
            Footprint before = footprint(pageServer);
            rounds(pageServer, times, random);
            Footprint grown = footprint(pageServer).since(before);
            String told = times + " connections, seed " + seed + ": " + grown + "\n" + pageServer.log();
            assertTrue(grown.threads() <= 4, told);
            assertTrue(grown.descriptors() <= 4, told);
            assertTrue(grown.heap() < 4 * MIB, told);
            assertTrue(grown.direct() < 4 * MIB, told);
            assertEquals(1, pageServer.starts(), told);
        }
    }

    private static void rounds(TestPageServer pageServer, int times, Random random) throws Exception {
        int clients = 8;
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Random own = new Random(random.nextLong());
                all.add(threads.submit(() -> {
                    for (int at = 0; at < times / clients; at++) {
                        Leaving.values()[own.nextInt(Leaving.values().length)].go(pageServer.port(), own.nextBoolean());
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /** What the page server holds when nobody is connected any more. */
    private static Footprint footprint(TestPageServer pageServer) throws Exception {
        PageServer server = pageServer.server();
        pageServer.await("sessions are left", () -> server.connections() == 0 && server.cancelTargets().isEmpty());
        pageServer.await("deadlines are left", () -> server.deadlines() == 0);
        pageServer.await("a server is in use", () -> server.pool().users() == 0);
        assertTrue(server.pool().suspensions() <= server.servers().size(), "suspensions are left");
        try (Connection connection = TestPageServer.connect(pageServer.instance("main").port(), "postgres")) {
            pageServer.await("backends are left", () -> TestPageServer.one(connection,
                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'").equals("1"));
        }
        return Footprint.now();
    }
}
