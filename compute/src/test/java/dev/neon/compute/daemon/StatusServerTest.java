package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.TestClients;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon over HTTP, asked by a real client and by such as mean no good. */
class StatusServerTest {
    private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);
    private static final int BUSY = 7;

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private TestWorkspace neon;
    private Daemon daemon;
    private DaemonRecord record;

    @BeforeEach
    void start() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        open(HttpChoice.at(ANY));
    }

    @AfterEach
    void end() {
        daemon.close();
        neon.close();
        http.close();
    }

    private void open(HttpChoice choice) {
        Workspace first = neon.workspace();
        // In place of neon; HousekeepingTest looks at what is run.
        daemon = Daemon.start(new DaemonSettings(ANY, choice), new NeonProgram("1.2.3", List.of("echo", "{}"), Optional.empty(), BUSY),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
        record = ((DaemonState.Running) new DaemonFiles(first.repository()).state()).record();
    }

    private int port() {
        return record.http().orElseThrow().port();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        HttpResponse<String> response = send("GET", path);
        assertEquals(200, response.statusCode(), response::body);
        return response.body();
    }

    private String[] token() throws IOException {
        return new String[] {"Authorization", "Bearer " + Files.readString(neon.directory().resolve("run/pageserver.token")).strip()};
    }

    /** The value at a JSON pointer, as text. */
    private static Optional<String> at(String json, String pointer) throws IOException {
        try (JsonParser parser = new FilteringParserDelegate(new JsonFactory().createParser(json),
                new JsonPointerBasedFilter(JsonPointer.compile(pointer)), TokenFilter.Inclusion.ONLY_INCLUDE_ALL, false)) {
            return parser.nextToken() == null ? Optional.empty() : Optional.ofNullable(parser.getValueAsString("null"));
        }
    }

    private static void assertAt(String expected, String json, String pointer) throws IOException {
        assertEquals(Optional.of(expected), at(json, pointer), json);
    }

    @Test
    void tellsWhatGoesOn() throws Exception {
        neon.workspace().repository().config().set("pageserver.maxMemory", "1TB");
        assertEquals("live\n", get("/live"));
        assertEquals("ready\n", get("/ready"));
        TestClients clients = new TestClients(record.address());
        assertThrows(SQLException.class, () -> clients.connect("postgres@nobody"));
        try (Connection connection = clients.connect("postgres@main"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 2000)");
            assertEquals("2000", TestClients.one(connection, "SELECT count(*) FROM t"));
            String status = get("/status");
            assertAt("1.2.3", status, "/version");
            assertAt("ready", status, "/state");
            assertAt(Long.toString(ProcessHandle.current().pid()), status, "/pid");
            assertAt(neon.directory().toString(), status, "/repository");
            assertAt(record.address().toString(), status, "/listen");
            assertAt("main", status, "/servers/0/branch");
            assertAt("running", status, "/servers/0/state");
            assertAt("1", status, "/servers/0/sessions");
            assertAt("null", status, "/servers/0/idleSince");
            assertAt("true", status, "/servers/0/own");
            assertAt(Integer.toString(neon.workspace().instances().require(neon.timeline("main"), "main").port()), status, "/servers/0/port");
            assertEquals(at(status, "/servers/0/memory"), at(status, "/memory/servers"));
            assertTrue(Long.parseLong(at(status, "/servers/0/memory").orElseThrow()) > 4_000_000, status);
            assertAt(Long.toString(1L << 40), status, "/memory/limit");
            assertAt("0", status, "/totals/memoryEvictions");
            assertAt("1", status, "/totals/refused/3D000");
            assertAt("0", status, "/background/gc/failures");

            Metrics metrics = new Metrics(get("/metrics"));
            assertEquals(1, metrics.value("neon_pageserver_info{version=\"1.2.3\"}"));
            assertEquals(1, metrics.value("neon_pageserver_ready"));
            assertEquals(1, metrics.value("neon_pageserver_connections"));
            assertEquals(2, metrics.value("neon_pageserver_connections_total"));
            assertEquals(1, metrics.value("neon_pageserver_refused_total{sqlstate=\"3D000\"}"));
            assertEquals(1, metrics.value("neon_pageserver_server_start_seconds_count"));
            assertEquals(1, metrics.value("neon_pageserver_server_start_seconds_bucket{le=\"+Inf\"}"));
            assertTrue(metrics.value("neon_pageserver_server_start_seconds_bucket{le=\"0.1\"}") <= 1);
            assertTrue(metrics.value("neon_pageserver_server_start_seconds_sum") > 0);
            assertEquals(1, metrics.value("neon_pageserver_servers{state=\"running\"}"));
            assertEquals(1, metrics.value("neon_pageserver_sessions{branch=\"main\"}"));
            long memory = (long) metrics.value("neon_pageserver_server_memory_bytes{branch=\"main\"}");
            assertTrue(memory > 4_000_000 && memory < 400_000_000, () -> memory + " bytes");
            assertEquals(0, metrics.value("neon_pageserver_server_evictions_total"));
            assertEquals(0, metrics.value("neon_pageserver_server_memory_evictions_total"));
            assertEquals(1L << 40, metrics.value("neon_pageserver_server_memory_limit_bytes"));
            assertTrue(metrics.value("neon_pageserver_received_bytes_total") > 50);
            assertTrue(metrics.value("neon_pageserver_sent_bytes_total") > 200);
            // 2,000 rows of 1,000 bytes, compressed or not, and what initdb and the checkpoint wrote.
            assertTrue(metrics.value("neon_pageserver_wal_lag_bytes{branch=\"main\"}") > 100_000);
            assertTrue(metrics.value("neon_pageserver_resident_memory_bytes") > 10_000_000);
            assertTrue(metrics.value("neon_pageserver_threads") > 3);
            assertTrue(metrics.value("neon_pageserver_open_descriptors") > 3);
            assertEquals(0, metrics.value("neon_pageserver_gc_reclaimed_bytes_total"));
        }
        await(() -> at(get("/status"), "/servers/0/idleSince").filter(text -> text.startsWith("20")).isPresent());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, () -> get() + log);
            Thread.sleep(50);
        }
    }

    private String get() {
        try {
            return get("/status");
        } catch (Exception failure) {
            return failure.toString();
        }
    }

    @Test
    void whoChangesStateNeedsTheToken() throws Exception {
        Path file = neon.directory().resolve("run/pageserver.token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String first = Files.readString(file);
        TestClients clients = new TestClients(record.address());
        assertEquals("1", clients.one("postgres@main", "SELECT 1"));
        for (String[] headers : new String[][] {{}, {"Authorization", "Bearer "}, {"Authorization", "Bearer " + first.strip().substring(1)},
            {"Authorization", "Basic " + first.strip()}, {"Authorization", "Bearer " + first.strip() + "x"}}) {
            HttpResponse<String> refused = send("POST", "/servers/main/stop", headers);
            assertEquals(401, refused.statusCode());
            assertTrue(refused.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
        }
        assertTrue(neon.workspace().instances().find(neon.timeline("main")).isPresent());
        assertEquals(200, send("POST", "/servers/main/stop", token()).statusCode());
        assertTrue(neon.workspace().instances().find(neon.timeline("main")).isEmpty());
        assertEquals(404, send("POST", "/servers/main/stop", token()).statusCode());
        assertEquals("1", clients.one("postgres@main", "SELECT 1"));
        daemon.close();
        assertFalse(Files.exists(file));
        open(HttpChoice.at(ANY));
        assertNotEquals(first, Files.readString(file));
        assertEquals(401, send("POST", "/gc", "Authorization", "Bearer " + first.strip()).statusCode());
    }

    @Test
    void stoppingAServerByHandIsLeftToHands() throws Exception {
        neon.start("main");
        TestClients clients = new TestClients(record.address());
        try (Connection connection = clients.connect("postgres@main")) {
            assertEquals(404, send("POST", "/servers/main/stop", token()).statusCode());
            assertEquals("1", TestClients.one(connection, "SELECT 1"));
        }
    }

    @Test
    void whatIsAskedForIsDoneInTheBackground() throws Exception {
        assertEquals(404, send("POST", "/snapshot/nobody", token()).statusCode());
        assertEquals(200, send("POST", "/snapshot/main", token()).statusCode());
        new TestClients(record.address()).one("postgres@main", "SELECT 1");
        neon.execute("main", "CREATE TABLE t ()");
        assertEquals(202, send("POST", "/snapshot/main", token()).statusCode());
        assertEquals(202, send("POST", "/gc", token()).statusCode());
        await(() -> at(get("/status"), "/background/gc/runs").equals(Optional.of("1"))
                && at(get("/status"), "/background/snapshot/runs").equals(Optional.of("1")));
        Metrics metrics = new Metrics(get("/metrics"));
        assertEquals(1, metrics.value("neon_pageserver_background_runs_total{command=\"gc\"}"));
        assertEquals(0, metrics.value("neon_pageserver_background_failures_total{command=\"gc\"}"));
    }

    @Test
    void methodsAndPaths() throws Exception {
        assertEquals(404, send("GET", "/").statusCode());
        assertEquals(404, send("GET", "/live/").statusCode());
        assertEquals(404, send("POST", "/status/x", token()).statusCode());
        HttpResponse<String> posted = send("POST", "/status", token());
        assertEquals(405, posted.statusCode());
        assertEquals("GET, HEAD", posted.headers().firstValue("Allow").orElse(""));
        assertEquals(405, send("GET", "/gc").statusCode());
        for (String method : List.of("DELETE", "PUT", "OPTIONS", "TRACE", "BREW")) {
            assertEquals(405, send(method, "/status").statusCode());
        }
        HttpResponse<String> head = send("HEAD", "/live");
        assertEquals(200, head.statusCode());
        assertEquals("5", head.headers().firstValue("Content-Length").orElse(""));
        assertTrue(head.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
    }

    /** What a socket answers to bytes, up to its end. */
    private String raw(String request) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                answer.append((char) read);
            }
        } catch (SocketException cut) {
            // What came before is its end as well.
        }
        return answer.toString();
    }

    private static void assertStatus(int expected, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + expected + ' '), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: evil.example", "Host: evil.example:9898", "Host: 127.0.0.1.evil.example", "Host: localhost@evil.example", "Host: ",
        "Host: 10.0.0.1", "Host: 127.0.0.1\r\nHost: evil.example", "Accept: */*", "Host: 127.0.0.1\r\nOrigin: http://evil.example",
        "Host: 127.0.0.1\r\nOrigin: null", "Host: localhost\r\nOrigin: http://127.0.0.1", "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site",
        "Host: 127.0.0.1\r\nSec-Fetch-Site: same-site"})
    void pagesFromElsewhereAreRefused(String headers) throws IOException {
        assertStatus(403, raw("GET /status HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n"));
        assertStatus(403, raw("POST /gc HTTP/1.1\r\n" + headers + "\r\n" + String.join(": ", token()) + "\r\nConnection: close\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost", "Host: LOCALHOST:1", "Host: 127.0.0.1:8080", "Host: [::1]:9898",
        "Host: localhost:1\r\nOrigin: http://localhost:1\r\nSec-Fetch-Site: same-origin", "Host: localhost\r\nSec-Fetch-Site: none"})
    void thisMachineByAnyNameIsLetIn(String headers) throws IOException {
        assertStatus(200, raw("GET /live HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void requestsForProxiesAndWithBodiesAreRefused() throws IOException {
        assertStatus(403, raw("GET http://evil.example/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
        assertStatus(413, raw("POST /gc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n"));
        assertStatus(413, raw("GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertFalse(raw("\u0016\u0003\u0001garbage\r\n\r\n").contains(" 200 "));
    }

    @Test
    void largeAndSlowRequestsAreCutAndOthersAreAnswered() throws Exception {
        String most = "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
        assertStatus(200, raw(most + "X: " + "x".repeat(10_000) + "\r\n\r\n"));
        assertFalse(raw(most + "X: " + "x".repeat(40_000) + "\r\n\r\n").contains(" 200 "));
        assertFalse(raw("GET /" + "x".repeat(40_000)).contains(" 200 "));
        StringBuilder many = new StringBuilder(most);
        for (int i = 0; i < 200; i++) {
            many.append('X').append(i).append(": 1\r\n");
        }
        assertFalse(raw(many + "\r\n").contains(" 200 "));

        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket("127.0.0.1", port());
                socket.getOutputStream().write("GET /status HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            long begin = System.nanoTime();
            assertEquals("live\n", get("/live"));
            assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 4000, "those who are slow hold others up");
            for (Socket socket : slow) {
                socket.setSoTimeout(30_000);
                assertTrue(isOver(socket));
            }
            assertTrue(Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 30);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean isOver(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void idleConnectionsBeyondTheLimitAreNotKept() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                idle.add(new Socket("127.0.0.1", port()));
            }
            // Those beyond the limit are closed at once.
            await(() -> {
                int open = 0;
                for (Socket socket : idle) {
                    socket.setSoTimeout(1);
                    open += isOpen(socket) ? 1 : 0;
                }
                return open <= 64;
            });
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        await(() -> {
            try {
                return send("GET", "/live").statusCode() == 200;
            } catch (IOException full) {
                return false;
            }
        });
    }

    private static boolean isOpen(Socket socket) {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException waiting) {
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorOnlyIfItWasChosen() throws Exception {
        daemon.close();
        try (ServerSocket taken = new ServerSocket(0, 1, ANY.loopback())) {
            ListenAddress there = new ListenAddress("127.0.0.1", taken.getLocalPort());
            BusyException chosen = assertThrows(BusyException.class, () -> open(HttpChoice.at(there)));
            assertTrue(String.valueOf(chosen.getMessage()).startsWith("unable to tell the state on " + there), chosen::getMessage);
            open(new HttpChoice(Optional.of(there), false));
            assertTrue(record.http().isEmpty());
            assertTrue(log.stream().anyMatch(line -> line.startsWith("warning: unable to tell the state on " + there)), log::toString);
            assertFalse(Files.exists(neon.directory().resolve("run/pageserver.token")));
            assertEquals("1", new TestClients(record.address()).one("postgres@main", "SELECT 1"));
        }
        daemon.close();
        open(HttpChoice.parse("http", "off"));
        assertTrue(record.http().isEmpty());
    }

    @Test
    void saysWhyItIsNotReady() throws Exception {
        daemon.close();
        DaemonParts parts = new DaemonParts("1.2.3", neon.workspace().repository().context().clock().instant());
        try (AccessToken token = AccessToken.make(neon.workspace().repository());
                StatusServer server = StatusServer.start(ANY, token, new StatusRoutes(parts, neon::workspace), log::add)) {
            record = new DaemonRecord(neon.directory(), Optional.empty(), 1, ANY, Optional.of(server.address()), HttpChoice.at(ANY), Optional.empty(),
                    record.started());
            assertEquals(200, send("GET", "/live").statusCode());
            HttpResponse<String> starting = send("GET", "/ready");
            assertEquals(503, starting.statusCode());
            assertTrue(starting.body().startsWith("starting: "));
            assertAt("starting", get("/status"), "/state");
            assertEquals(0, new Metrics(get("/metrics")).value("neon_pageserver_ready"));
            assertEquals(503, send("POST", "/servers/main/stop", token()).statusCode());
            assertEquals(503, send("POST", "/gc", token()).statusCode());
            parts.readiness().become(Readiness.State.STOPPING);
            assertEquals("stopping: sessions are ended\n", send("GET", "/ready").body());
        }
    }
}
