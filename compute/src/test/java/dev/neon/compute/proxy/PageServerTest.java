package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.process.Host;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** Real clients through the page server, to real servers. */
class PageServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;
    private PageServer server;

    @BeforeEach
    void repository() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT 'main' AS name");
        neon.branch("heikki", "main");
        neon.stop("main");
        server = open(0);
    }

    @AfterEach
    void end() {
        server.close();
        neon.close();
    }

    private PageServer open(int port) {
        Workspace first = neon.workspace();
        return PageServer.start(new ListenAddress("127.0.0.1", port),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
    }

    private Connection connect(String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "postgres");
        all.setProperty("password", "");
        all.setProperty("sslmode", "disable");
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://" + server.address() + '/'
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20"), all);
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String timelineOf(String database, String... properties) throws SQLException {
        try (Connection connection = connect(database, properties)) {
            return one(connection, "SELECT current_setting('data_directory')").replaceFirst(".*/", "");
        }
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, () -> what + ": " + log);
            Thread.sleep(20);
        }
    }

    private long starts() {
        return log.stream().filter(line -> line.startsWith("started the server")).count();
    }

    @Test
    void eachWayOfNamingABranch() throws Exception {
        String main = neon.timeline("main").hex();
        String heikki = neon.timeline("heikki").hex();
        assertEquals(main, timelineOf("postgres"));
        assertEquals(heikki, timelineOf("postgres@heikki"));
        assertEquals(heikki, timelineOf("postgres", "options", "branch=heikki"));
        assertEquals(heikki, timelineOf("postgres", "options", "-c neon.branch=heikki -c work_mem=1MB"));
        assertEquals(2, starts());
        try (Connection connection = connect("postgres", "options", "-c branch=heikki -c work_mem=1234kB")) {
            assertEquals("1234kB", one(connection, "SHOW work_mem"));
        }
    }

    private String clientAddress(String database) throws SQLException {
        try (Connection connection = connect(database)) {
            return String.valueOf(one(connection, "SELECT client_addr FROM pg_stat_activity WHERE pid = pg_backend_pid()"));
        }
    }

    /** No rule of access is got round: over the socket they may be others than over TCP. */
    @Test
    void serversAreReachedOverTheSocketWhereThatMakesNoDifference() throws Exception {
        assertEquals("null", clientAddress("postgres"));
        Path data = neon.workspace().repository().dataDirectory(neon.timeline("main"));
        // Not loaded yet, so nobody knows any more what is.
        Files.setLastModifiedTime(data.resolve("pg_hba.conf"), FileTime.from(Instant.EPOCH));
        assertEquals("127.0.0.1", clientAddress("postgres"));
        neon.stop("main");
        assertEquals("null", clientAddress("postgres"));
        Files.delete(neon.workspace().instances().require(neon.timeline("main"), "main").socket());
        assertEquals("127.0.0.1", clientAddress("postgres"));
        neon.stop("main");
        assertEquals("null", clientAddress("postgres"));
        // The same text, and yet nobody knows whether the server has read it.
        Path another = Files.copy(data.resolve("pg_hba.conf"), directory.resolve("another"));
        Path link = data.resolve("pg_hba.conf");
        Path settings = Files.readSymbolicLink(link);
        Files.delete(link);
        Files.createSymbolicLink(link, another);
        assertEquals("127.0.0.1", clientAddress("postgres"));
        Files.delete(link);
        Files.createSymbolicLink(link, settings);
        neon.stop("main");
        Files.writeString(data.resolve("pg_hba.conf"), "local all all peer\nhost all all 127.0.0.1/32 trust\n");
        assertEquals("127.0.0.1", clientAddress("postgres"));
    }

    @Test
    void twoBranchesAtOnceDoNotSeeEachOther() throws Exception {
        try (Connection main = connect("postgres@main"); Connection heikki = connect("postgres@heikki");
                Statement statement = heikki.createStatement()) {
            statement.execute("UPDATE t SET name = 'heikki'");
            assertEquals("main", one(main, "SELECT name FROM t"));
            assertEquals("heikki", one(heikki, "SELECT name FROM t"));
        }
    }

    @Test
    void unknownBranchesAreToldWithWhatIsNear() {
        PSQLException failure = assertThrows(PSQLException.class, () -> connect("postgres@heiki"));
        assertEquals("3D000", failure.getSQLState());
        assertEquals("no branch or tag is named 'heiki'", failure.getServerErrorMessage().getMessage());
        assertEquals("Did you mean 'heikki'?", failure.getServerErrorMessage().getHint());
        assertEquals("3D000", assertThrows(PSQLException.class, () -> connect("postgres@main@{nonsense")).getSQLState());
    }

    @Test
    void coldConnectionsShareOneStart() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(clients.submit(() -> {
                    try (Connection connection = connect("postgres@heikki")) {
                        return one(connection, "SELECT name FROM t");
                    }
                }));
            }
            for (Future<String> answer : answers) {
                assertEquals("main", answer.get());
            }
        }
        assertEquals(1, starts(), log::toString);
        await("sessions are left", () -> server.connections() == 0 && server.cancelTargets().isEmpty());
    }

    @Test
    void cancelReachesItsBackend() throws Exception {
        try (Connection other = connect("postgres@main"); Connection connection = connect("postgres@heikki");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertEquals("57014", assertThrows(PSQLException.class, () -> statement.execute("SELECT pg_sleep(60)")).getSQLState());
            assertEquals("1", one(connection, "SELECT 1"));
            assertEquals("1", one(other, "SELECT 1"));
        }
    }

    @Test
    void copyBothWays() throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            rows.append(i).append('\t').append("row ").append(i).append('\n');
        }
        try (Connection connection = connect("postgres@heikki"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE copied(a int, b text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertEquals(200_000, copy.copyIn("COPY copied FROM STDIN", new StringReader(rows.toString())));
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            copy.copyOut("COPY copied TO STDOUT", back);
            assertEquals(rows.toString(), back.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void pointsAreReadOnlyAndGoAway() throws Exception {
        neon.workspace().tags().create("v1", neon.resolve("heikki"), Optional.empty(), false);
        neon.workspace().repository().config().set("pageserver.suspendAfter", "1s");
        int timelines = neon.workspace().repository().timelines().list().size();
        try (Connection connection = connect("postgres@v1"); Statement statement = connection.createStatement();
                Connection same = connect("postgres@heikki@" + neon.resolve("heikki").lsn())) {
            assertEquals("main", one(connection, "SELECT name FROM t"));
            assertEquals(one(connection, "SHOW data_directory"), one(same, "SHOW data_directory"));
            assertEquals("25006", assertThrows(PSQLException.class, () -> statement.execute("DELETE FROM t")).getSQLState());
        }
        await("it stays", () -> neon.workspace().repository().timelines().list().size() == timelines
                && neon.workspace().instances().list().isEmpty());
    }

    @Test
    void idleServersStopUnlessStartedByHand() throws Exception {
        Instance byHand = neon.start("main");
        neon.workspace().repository().config().set("branch.heikki.suspendAfter", "1s");
        neon.workspace().repository().config().set("pageserver.suspendAfter", "1s");
        assertEquals(neon.timeline("main").hex(), timelineOf("postgres@main"));
        assertEquals(neon.timeline("heikki").hex(), timelineOf("postgres@heikki"));
        // A crashed one would keep its record.
        await("it is not stopped", () -> neon.workspace().instances().look(neon.timeline("heikki")).isEmpty());
        assertEquals(byHand.pid(), neon.workspace().instances().require(neon.timeline("main"), "main").pid());
        assertEquals(neon.timeline("heikki").hex(), timelineOf("postgres@heikki"));
    }

    @Test
    void aSessionOnItsOwnPortKeepsAServerFromBeingStopped() throws Exception {
        neon.workspace().repository().config().set("pageserver.suspendAfter", "1s");
        timelineOf("postgres@heikki");
        Instance instance = neon.workspace().instances().require(neon.timeline("heikki"), "heikki");
        try (Connection direct = DriverManager.getConnection(instance.jdbcUrl("postgres"), "postgres", "")) {
            assertEquals(1, neon.workspace().instances().clients(instance.timeline()));
            Thread.sleep(3000);
            assertEquals("main", one(direct, "SELECT name FROM t"));
        }
        await("it is not stopped", () -> neon.workspace().instances().look(instance.timeline()).isEmpty());
        assertEquals(1, starts());
    }

    @Test
    void oneThatWasStoppedByHandIsNotShown() throws Exception {
        timelineOf("postgres@heikki");
        await("it is not shown", () -> server.servers().stream().map(ServerStatus::state).toList().equals(List.of(ServerStatus.State.RUNNING)));
        neon.stop("heikki");
        assertEquals(List.of(), server.servers());
        neon.start("heikki");
        assertEquals(List.of(false), server.servers().stream().map(ServerStatus::isOwn).toList());
        assertEquals(List.of(ServerStatus.State.RUNNING), server.servers().stream().map(ServerStatus::state).toList());
        Instance instance = neon.workspace().instances().require(neon.timeline("heikki"), "heikki");
        assertTrue(Host.current().signal(instance.pid(), Host.Signal.KILL));
        await("it counts as running", () -> server.servers().stream().map(ServerStatus::state).toList().equals(List.of(ServerStatus.State.CRASHED)));
        assertEquals(neon.timeline("heikki").hex(), timelineOf("postgres@heikki"));
    }

    @Test
    void aHistoryThatCannotBeReadKeepsNothingElseFromWork() throws Exception {
        timelineOf("postgres@heikki");
        server.close();
        Path history = neon.directory().resolve("timelines").resolve(neon.timeline("heikki").hex()).resolve("history");
        byte[] sound = Files.readAllBytes(history);
        try {
            Files.writeString(history, "nonsense\n");
            server = open(0);
            assertEquals(neon.timeline("main").hex(), timelineOf("postgres@main"));
            assertTrue(log.stream().anyMatch(line -> line.startsWith("error: unable to go on with the server on heikki: ")), log::toString);
            server.close();
        } finally {
            Files.write(history, sound);
        }
        server = open(0);
        assertEquals(List.of("heikki", "main"), server.servers().stream().filter(ServerStatus::isOwn).map(ServerStatus::branch).toList());
    }

    @Test
    void killedServersAreStartedAgain() throws Exception {
        try (Connection connection = connect("postgres@heikki"); Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t VALUES ('committed')");
            Instance instance = neon.workspace().instances().require(neon.timeline("heikki"), "heikki");
            assertTrue(Host.current().signal(instance.pid(), Host.Signal.KILL));
            await("the session lives on", () -> {
                try {
                    one(connection, "SELECT 1");
                    return false;
                } catch (SQLException ended) {
                    return true;
                }
            });
        }
        await("it still counts as running", () -> neon.workspace().instances().find(neon.timeline("heikki")).isEmpty());
        try (Connection connection = connect("postgres@heikki")) {
            assertEquals("2", one(connection, "SELECT count(*) FROM t"));
        }
        assertEquals(2, starts());
    }

    @Test
    void anotherPageServerGoesOnWithItsServers() throws Exception {
        neon.workspace().repository().config().set("pageserver.suspendAfter", "2s");
        int port = server.address().port();
        try (Connection connection = connect("postgres@heikki")) {
            server.close();
            assertThrows(SQLException.class, () -> one(connection, "SELECT 1"));
        }
        Instances instances = neon.workspace().instances();
        long pid = instances.require(neon.timeline("heikki"), "heikki").pid();
        server = open(port);
        assertThrows(BusyException.class, () -> open(port));
        try (Connection connection = connect("postgres@heikki")) {
            Thread.sleep(2500);
            assertEquals(pid, instances.require(neon.timeline("heikki"), "heikki").pid());
            assertEquals("main", one(connection, "SELECT name FROM t"));
        }
        await("it is not stopped", () -> instances.find(neon.timeline("heikki")).isEmpty());
        assertEquals(1, starts());
    }

    @Test
    void aServerWhosePageServerWasKilledMeanwhileIsTheNextOnes() throws Exception {
        server.close();
        neon.start("heikki");
        Files.writeString(neon.workspace().repository().runDirectory().resolve("pageserver.instances"), neon.timeline("heikki") + " starting\n");
        neon.workspace().repository().config().set("pageserver.suspendAfter", "1s");
        server = open(0);
        await("it runs on", () -> neon.workspace().instances().find(neon.timeline("heikki")).isEmpty());
        neon.start("heikki");
        assertEquals(neon.timeline("heikki").hex(), timelineOf("postgres@heikki"));
        Thread.sleep(2000);
        assertTrue(neon.workspace().instances().find(neon.timeline("heikki")).isPresent(), "it was started by hand since");
    }

    @Test
    void theServerThatIsIdleForLongestMakesRoom() throws Exception {
        neon.branch("third", "main");
        neon.workspace().repository().config().set("pageserver.maxInstances", "2");
        timelineOf("postgres@main");
        try (Connection connection = connect("postgres@heikki")) {
            await("main is in use", () -> server.connections() == 1);
            assertEquals(neon.timeline("third").hex(), timelineOf("postgres@third"));
            assertTrue(neon.workspace().instances().find(neon.timeline("main")).isEmpty());
            try (Connection third = connect("postgres@third")) {
                assertEquals("53300", assertThrows(PSQLException.class, () -> connect("postgres@main")).getSQLState());
                assertEquals("main", one(third, "SELECT name FROM t"));
            }
            assertEquals("main", one(connection, "SELECT name FROM t"));
        }
    }

    @Test
    void thoseWhoComeAtOnceGetAllTheRoomThatThereIs() throws Exception {
        for (String branch : List.of("third", "fourth", "fifth")) {
            neon.branch(branch, "main");
        }
        neon.workspace().repository().config().set("pageserver.maxInstances", "2");
        timelineOf("postgres@main");
        timelineOf("postgres@heikki");
        await("sessions are left", () -> server.pool().users() == 0);
        assertEquals(2, letIn(List.of("third", "fourth")));
        await("sessions are left", () -> server.pool().users() == 0);
        assertEquals(2, letIn(List.of("main", "heikki", "fifth")));
        await("sessions are left", () -> server.pool().users() == 0);
        assertTrue(server.pool().suspensions() <= 2, "each disconnect has left something");
    }

    /** How many of those get in who come at once and stay; the others are told that there is no room. */
    private int letIn(List<String> branches) throws Exception {
        List<Connection> in = new ArrayList<>();
        try (ExecutorService clients = Executors.newCachedThreadPool()) {
            for (Future<Connection> client : clients.invokeAll(branches.stream().map(branch -> (Callable<Connection>) () -> {
                try {
                    return connect("postgres@" + branch);
                } catch (PSQLException refused) {
                    assertEquals("53300", refused.getSQLState(), refused::getMessage);
                    return null;
                }
            }).toList())) {
                Optional.ofNullable(client.get()).ifPresent(in::add);
            }
        } finally {
            for (Connection connection : in) {
                connection.close();
            }
        }
        return in.size();
    }

    @Test
    void garbageAndTooManyAreTold() throws Exception {
        server.close();
        neon.workspace().repository().config().set("pageserver.maxConnections", "2");
        server = open(0);
        assertTrue(answer("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)).contains("C08P01"));
        assertEquals("S", answer(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f}));
        assertEquals("N", answer(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x30}));
        await("sessions are left", () -> server.connections() == 0);
        try (Connection connection = connect("postgres@heikki"); Connection second = connect("postgres@heikki")) {
            assertEquals("53300", assertThrows(PSQLException.class, () -> connect("postgres@heikki")).getSQLState());
            assertEquals("main", one(connection, "SELECT name FROM t"));
            assertEquals("main", one(second, "SELECT name FROM t"));
        }
    }

    private String answer(byte[] sent) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.address().port())) {
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
