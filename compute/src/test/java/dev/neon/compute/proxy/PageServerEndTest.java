package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** What clients are told when the page server ends. */
class PageServerEndTest {
    private TestPageServer pageServer;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        pageServer = TestPageServer.start(TestWorkspace.init(directory, 18), Map.of());
        pageServer.connect("postgres@main").close();
    }

    @AfterEach
    void end() {
        pageServer.close();
    }

    private WireClient session() throws IOException {
        return WireClient.session(pageServer.port(), "postgres@main");
    }

    private static WireClient.Message error(WireClient client) throws IOException {
        WireClient.Message message = client.read();
        while (message.type() != 'E') {
            message = client.read();
        }
        return message;
    }

    @Test
    void postgresTellsItsClientsWhateverTheyDo() throws Exception {
        long pid = pageServer.instance("main").pid();
        List<WireClient> clients = new ArrayList<>();
        try (Connection encrypted = pageServer.connect("postgres@main", "sslmode", "require")) {
            TestPageServer.one(encrypted, "SELECT 1");
            WireClient idle = session();
            clients.add(idle);
            WireClient working = session();
            clients.add(working);
            working.send(WireClient.query("SELECT pg_sleep(600)"));
            WireClient inTransaction = session();
            clients.add(inTransaction);
            inTransaction.send(WireClient.query("BEGIN"));
            inTransaction.until('Z');
            WireClient copying = session();
            clients.add(copying);
            copying.send(WireClient.query("CREATE TEMP TABLE copied(a text); COPY copied FROM STDIN"));
            copying.until('G');
            copying.send((byte) 'd', (byte) 0, (byte) 0, (byte) 1);
            pageServer.await("it does not sleep", () -> pageServer.neon().query("main",
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").equals(List.of("1")));
            pageServer.server().close();
            for (WireClient client : List.of(idle, working, inTransaction, copying)) {
                String told = error(client).text();
                assertTrue(told.contains("C57P01") && told.contains("terminating connection due to administrator command"), told);
                assertThrows(EOFException.class, client::read);
            }
            assertEquals("57P01", assertThrows(PSQLException.class, () -> TestPageServer.one(encrypted, "SELECT 1")).getSQLState());
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
        assertEquals(pid, pageServer.instance("main").pid(), "the server runs on");
        assertFalse(pageServer.log().contains("error"), pageServer.log());
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNothing() throws Exception {
        try (WireClient deaf = session()) {
            deaf.send(WireClient.query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"));
            pageServer.await("it does not wait for the client", () -> pageServer.neon().query("main",
                    "SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'SELECT repeat%'").equals(List.of("ClientWrite")));
            long begin = System.nanoTime();
            pageServer.server().close();
            assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
            pageServer.await("it is connected", () -> pageServer.server().connections() == 0);
        }
    }

    @Test
    void thoseWhoComeMeanwhileAreRefused() throws Exception {
        pageServer.neon().branch("cold", "main");
        try (WireClient starting = WireClient.connect(pageServer.port()); WireClient waiting = WireClient.connect(pageServer.port());
                WireClient silent = WireClient.connect(pageServer.port())) {
            pageServer.await("not all are there", () -> pageServer.server().connections() == 3);
            starting.send(WireClient.startup("user", "postgres", "database", "postgres@cold"));
            pageServer.await("it is not started", () -> pageServer.server().servers().stream()
                    .anyMatch(server -> server.branch().equals("cold") && server.state() == ServerStatus.State.STARTING));
            Thread closing = Thread.ofPlatform().start(pageServer.server()::close);
            Thread.sleep(100);
            waiting.send(WireClient.startup("user", "postgres", "database", "postgres@main"));
            String refused = error(waiting).text();
            assertTrue(refused.contains("C57P03") && refused.contains("the page server ends"), refused);
            closing.join();
            assertThrows(IOException.class, silent::read);
        }
        assertFalse(pageServer.log().contains("error"), pageServer.log());
    }

    /** Its threads are gone by then, which is nobody's fault. */
    @Test
    void aSessionThatIsLateIsNoError() throws Exception {
        pageServer.server().close();
        try (Loopback loopback = new Loopback(); Socket client = loopback.connect()) {
            client.getOutputStream().write(WireClient.startup("user", "postgres"));
            new ClientSession(pageServer.server(), loopback.accept()).run();
            assertThrows(IOException.class, () -> {
                if (client.getInputStream().read() < 0) {
                    throw new EOFException();
                }
            });
        }
        assertFalse(pageServer.log().contains("error"), pageServer.log());
    }
}
