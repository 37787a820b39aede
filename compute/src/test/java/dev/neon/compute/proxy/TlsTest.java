package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.tls.Pem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** Clients behind TLS: real ones, and such as real ones never are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");
    private static final byte[] GSSENC_REQUEST = HexFormat.of().parseHex("0000000804d21630");
    private static final String WHERE = "SELECT regexp_replace(current_setting('data_directory'), '.*/', '')";

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;
    private PageServer server;
    private Path certificate;

    @BeforeAll
    void repository(@TempDir Path directory) throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        neon.execute("main", "SET password_encryption = 'scram-sha-256'", "CREATE ROLE secure LOGIN SUPERUSER PASSWORD 'secret'");
        neon.branch("heikki", "main");
        neon.branch("fix/team", "main");
        neon.branch("fix_2", "main");
        neon.branch("fix/2", "main");
        server = open();
        certificate = neon.directory().resolve("tls/server.crt");
    }

    @AfterAll
    void end() {
        server.close();
        neon.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        await("sessions are left", () -> server.connections() == 0 && server.cancelTargets().isEmpty());
        assertEquals(List.of(), log.stream().filter(line -> line.contains("internal error")).toList());
    }

    private PageServer open() {
        Workspace first = neon.workspace();
        return PageServer.start(new ListenAddress("127.0.0.1", 0),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, () -> what + ": " + server.connections() + " " + log);
            Thread.sleep(20);
        }
    }

    /** Reaches this machine, whatever name is asked for. */
    public static final class ToLoopback extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public void connect(SocketAddress endpoint, int timeout) throws IOException {
                    super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                            ((InetSocketAddress) endpoint).getPort()), timeout);
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return createSocket("", port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return createSocket("", port);
        }
    }

    private Connection connect(String host, String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "postgres");
        all.setProperty("password", "");
        all.setProperty("sslmode", "verify-full");
        all.setProperty("sslrootcert", certificate.toString());
        all.setProperty("socketFactory", ToLoopback.class.getName());
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://" + host + ':' + server.address().port() + '/' + database, all);
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** psql 15. @param conninfo in addition */
    private ProgramRun psql(String conninfo, String sql) {
        Path psql = TestPostgres.debian15().map(binaries -> binaries.binDir().resolve("psql")).orElse(Path.of("none"));
        assumeTrue(Files.isExecutable(psql), "no psql");
        return ProgramRun.of(List.of(psql.toString(), "-XAtq", "-c", sql, "hostaddr=127.0.0.1 port=" + server.address().port()
                + " user=postgres dbname=postgres " + conninfo), PATIENCE);
    }

    private String psqlSays(String conninfo, String sql) {
        ProgramRun run = psql(conninfo, sql);
        assertEquals(0, run.exitCode(), run.output());
        return run.output().strip();
    }

    private String timeline(String branch) {
        return neon.timeline(branch).hex();
    }

    @Test
    void psqlNamesABranchByItsHost() {
        String verified = "sslmode=verify-full sslrootcert=" + certificate;
        assertEquals(timeline("heikki"), psqlSays("host=heikki.localhost sslmode=require", WHERE));
        assertEquals(timeline("heikki"), psqlSays("host=heikki.localhost " + verified, WHERE));
        assertEquals(timeline("fix/team"), psqlSays("host=fix-team.localhost " + verified, WHERE));
        assertEquals(timeline("fix/team"), psqlSays("host=Fix.Team.localhost sslmode=require", WHERE));
        assertEquals(timeline("main"), psqlSays("host=localhost " + verified, WHERE));
        assertEquals(timeline("main"), psqlSays("host=127.0.0.1 " + verified, WHERE));
        assertEquals(timeline("main"), psqlSays("host=heikki.localhost sslsni=0 sslmode=require", WHERE));
        assertEquals(timeline("main"), psqlSays("host=heikki.localhost sslmode=disable", WHERE));
        assertEquals(timeline("main"), psqlSays("host=heikki.example.org sslmode=require", WHERE));
        assertEquals(timeline("heikki"), psqlSays("host=main.localhost dbname=postgres@heikki " + verified, WHERE), "'@' comes first");
        assertEquals(timeline("heikki"), psqlSays("host=main.localhost options=branch=heikki " + verified, WHERE));
        String unknown = psql("host=heiki.localhost sslmode=require", WHERE).output();
        assertTrue(unknown.contains("no branch or tag is named 'heiki'") && unknown.contains("Did you mean 'heikki'?"), unknown);
        String ambiguous = psql("host=fix-2.localhost sslmode=require", WHERE).output();
        assertTrue(ambiguous.contains("server name 'fix-2.localhost' could be branch 'fix/2' or 'fix_2'"), ambiguous);
        String other = psql("host=heikki.example.org " + verified, WHERE).output();
        assertTrue(other.contains("does not match host name \"heikki.example.org\""), other);
    }

    /** Java's TLS knows no such names, and refuses their clients. */
    @Test
    void hostsWithAnUnderscoreAreRefusedAndLogged() throws Exception {
        String refused = psql("host=fix_2.localhost sslmode=require", WHERE).output();
        assertTrue(refused.contains("alert"), refused);
        await("it is not logged", () -> log.stream().anyMatch(line -> line.contains("Illegal server name") && line.contains("fix_2.localhost")));
        assertEquals(timeline("main"), psqlSays("host=fix_2.localhost sslmode=prefer", WHERE), "without TLS");
        assertEquals(timeline("main"), psqlSays("host=fix_2.localhost sslmode=require sslsni=0", WHERE));
    }

    @Test
    void bothVersions() {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            String pinned = " sslmode=require ssl_min_protocol_version=" + version + " ssl_max_protocol_version=" + version;
            String big = "SELECT md5(string_agg(repeat(i::text, 10), ',')) FROM generate_series(1, 100000) i";
            assertEquals(psqlSays("sslmode=disable", big), psqlSays(pinned, big));
            assertTrue(psqlSays(pinned, "\\conninfo").contains("protocol: " + version));
        }
        assertTrue(psql("sslmode=require ssl_min_protocol_version=TLSv1.1 ssl_max_protocol_version=TLSv1.1", "SELECT 1").exitCode() != 0);
    }

    @Test
    void pgjdbc() throws Exception {
        try (Connection connection = connect("heikki.localhost", "postgres"); Statement statement = connection.createStatement()) {
            assertEquals(timeline("heikki"), one(connection, WHERE));
            statement.setQueryTimeout(1);
            assertEquals("57014", assertThrows(PSQLException.class, () -> statement.execute("SELECT pg_sleep(60)")).getSQLState());
            assertEquals("1", one(connection, "SELECT 1"));
        }
        try (Connection connection = connect("fix-team.localhost", "postgres")) {
            assertEquals(timeline("fix/team"), one(connection, WHERE));
        }
        assertEquals("3D000", assertThrows(PSQLException.class, () -> connect("heiki.localhost", "postgres")).getSQLState());
        try (Connection connection = connect("localhost", "postgres%40heikki", "sslNegotiation", "direct")) {
            assertEquals(timeline("heikki"), one(connection, WHERE));
        }
    }

    /** A cancel request that comes before its query would cancel nothing. */
    private boolean isSleeping() throws SQLException {
        return neon.query("heikki", "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'").equals(List.of("1"));
    }

    /** What libpq has learned since psql 15: direct TLS, and to cancel behind TLS. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void newerLibpq(int major) throws Exception {
        Path library = Libpq.library(TestPostgres.major(major)).orElse(Path.of("none"));
        assumeTrue(Files.exists(library), "no libpq");
        String common = "hostaddr=127.0.0.1 user=postgres dbname=postgres port=" + server.address().port() + " host=";
        String verified = " sslmode=verify-full sslrootcert=" + certificate;
        for (String negotiation : List.of("direct", "postgres")) {
            String conninfo = common + "heikki.localhost" + verified + " sslnegotiation=" + negotiation;
            try (Libpq session = Libpq.connect(library, conninfo)) {
                assumeTrue(!session.failure().contains("not compiled in"), "no TLS");
                assertEquals("", session.failure());
                assertEquals("postgresql", session.attribute("alpn"));
                assertEquals("TLSv1.3", session.attribute("protocol"));
                assertEquals(timeline("heikki"), session.ask(WHERE));
                session.send("SELECT pg_sleep(60)");
                await("it does not run", this::isSleeping);
                assertEquals("", session.cancel());
                String canceled = session.await();
                assertTrue(canceled.contains("canceling statement due to user request"), canceled);
            }
        }
        for (String unlucky : List.of(common + "heiki.localhost" + verified + " sslnegotiation=direct", common + "heiki.localhost" + verified)) {
            try (Libpq session = Libpq.connect(library, unlucky)) {
                assertTrue(session.failure().contains("no branch or tag is named 'heiki'"), session.failure());
            }
        }
    }

    @Test
    void scramWithoutChannelBinding() throws Exception {
        Path rules = neon.workspace().repository().dataDirectory(neon.timeline("heikki")).resolve("pg_hba.conf");
        assertEquals(timeline("heikki"), psqlSays("host=heikki.localhost sslmode=require", WHERE));
        String old = Files.readString(rules);
        Files.writeString(rules, "host all secure all scram-sha-256\n" + old);
        try {
            neon.execute("heikki", "SELECT pg_reload_conf()");
            await("the rules are not read", () -> psql("host=heikki.localhost sslmode=require user=secure password=wrong", WHERE).exitCode() != 0);
            String secure = "host=heikki.localhost sslmode=require user=secure password=secret channel_binding=";
            assertEquals(timeline("heikki"), psqlSays(secure + "prefer", WHERE));
            assertEquals(timeline("heikki"), psqlSays(secure + "disable", WHERE));
            String required = psql(secure + "require", WHERE).output();
            assertTrue(required.contains("channel binding is required, but server did not offer an authentication method that supports"
                    + " channel binding"), required);
            try (Connection connection = connect("heikki.localhost", "postgres", "user", "secure", "password", "secret")) {
                assertEquals("secure", one(connection, "SELECT current_user"));
            }
        } finally {
            Files.writeString(rules, old);
            neon.execute("heikki", "SELECT pg_reload_conf()");
        }
    }

    @Test
    void copyBothWaysAsWithoutTls() throws Exception {
        byte[] rows = new byte[24 << 20];
        Random random = new Random(7);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i % 97 == 96 ? (byte) '\n' : (byte) ('a' + random.nextInt(26));
        }
        rows[rows.length - 1] = '\n';
        try (Connection connection = connect("heikki.localhost", "postgres"); Connection direct = neon.connect("heikki");
                Statement statement = direct.createStatement()) {
            statement.execute("CREATE TABLE copied(a text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            long count = copy.copyIn("COPY copied FROM STDIN", new ByteArrayInputStream(rows));
            ByteArrayOutputStream throughTls = new ByteArrayOutputStream(rows.length);
            ByteArrayOutputStream without = new ByteArrayOutputStream(rows.length);
            assertEquals(count, copy.copyOut("COPY copied TO STDOUT", throughTls));
            assertEquals(count, direct.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY copied TO STDOUT", without));
            assertArrayEquals(digest(rows), digest(without.toByteArray()));
            assertArrayEquals(digest(rows), digest(throughTls.toByteArray()));
            statement.execute("DROP TABLE copied");
        }
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void onlyEncryptedClientsOrNone() throws Exception {
        server.close();
        neon.workspace().repository().config().set("pageserver.tls", "require");
        try {
            server = open();
            assertEquals("1", psqlSays("sslmode=prefer", "SELECT 1"));
            assertEquals("1", psqlSays("sslmode=allow", "SELECT 1"));
            String refused = psql("sslmode=disable", "SELECT 1").output();
            assertTrue(refused.contains("the page server lets only clients with TLS in") && refused.contains("sslmode=require"), refused);
            server.close();
            neon.workspace().repository().config().set("pageserver.tls", "off");
            server = open();
            assertEquals("1", psqlSays("sslmode=prefer", "SELECT 1"));
            String unsupported = psql("sslmode=require", "SELECT 1").output();
            assertTrue(unsupported.contains("server does not support SSL, but SSL was required"), unsupported);
            assertEquals("", answer(true, "16"));
            String twice = answer(false, "0000000804d2162f 0000000804d2162f");
            assertTrue(twice.startsWith("NE") && twice.contains("C0A000"), twice);
        } finally {
            server.close();
            neon.workspace().repository().config().unset("pageserver.tls");
            server = open();
        }
    }

    @Test
    void sessionsEndWithThePageServer() throws Exception {
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            startUp(tls);
            server.close();
            assertThrows(IOException.class, () -> ask(tls, "SELECT 1"));
            await("the session lives on", () -> server.connections() == 0);
        } finally {
            server = open();
        }
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.address().port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** What a client gets that sends these bytes in one piece. */
    private String answer(boolean endsItsOutput, String hex) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
            if (endsItsOutput) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** A client that trusts the certificate; its handshake is not done. */
    private SSLSocket tls(Socket socket, String host, String... protocols) throws IOException {
        SSLContext context = Pem.trusting(certificate);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        if (!host.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        tls.setSSLParameters(parameters);
        return tls;
    }

    private SSLSocket negotiated(String host, String... protocols) throws IOException {
        Socket socket = socket();
        socket.getOutputStream().write(SSL_REQUEST);
        assertEquals('S', socket.getInputStream().read());
        return tls(socket, host, protocols);
    }

    private static byte[] startup(String... parameters) {
        byte[] body = (String.join("\0", parameters) + "\0\0").getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(8 + body.length).putInt(8 + body.length).putInt(3 << 16).put(body).array();
    }

    /** Starts up, reads to ReadyForQuery and gives BackendKeyData. */
    private static byte[] startUp(Socket tls) throws IOException {
        tls.getOutputStream().write(startup("user", "postgres", "database", "postgres"));
        DataInputStream in = new DataInputStream(tls.getInputStream());
        byte[] key = {};
        while (true) {
            int type = in.read();
            byte[] body = in.readNBytes(in.readInt() - 4);
            assertTrue(type > 0 && type != 'E', new String(body, StandardCharsets.UTF_8));
            if (type == 'K') {
                key = body;
            } else if (type == 'Z') {
                return key;
            }
        }
    }

    @Test
    void directTlsNeedsItsProtocol() throws Exception {
        try (SSLSocket tls = tls(socket(), "heikki.localhost", "postgresql")) {
            startUp(tls);
            assertEquals("postgresql", tls.getApplicationProtocol());
        }
        try (SSLSocket tls = tls(socket(), "heikki.localhost", "http/1.1", "postgresql")) {
            startUp(tls);
            assertEquals("postgresql", tls.getApplicationProtocol());
        }
        try (SSLSocket tls = tls(socket(), "heikki.localhost")) {
            tls.getOutputStream().write(startup("user", "postgres"));
            assertEquals(-1, tls.getInputStream().read(), "without ALPN there is nothing to read");
        }
        try (SSLSocket tls = tls(socket(), "heikki.localhost", "http/1.1")) {
            assertTrue(assertThrows(SSLException.class, tls::startHandshake).getMessage().contains("no_application_protocol"));
        }
        // As PostgreSQL does it: there is TLS, and so no other.
        try (SSLSocket tls = tls(socket(), "heikki.localhost", "postgresql")) {
            for (byte[] request : List.of(SSL_REQUEST, GSSENC_REQUEST)) {
                tls.getOutputStream().write(request);
                assertEquals('N', tls.getInputStream().read());
            }
            startUp(tls);
        }
        try (SSLSocket tls = negotiated("heikki.localhost", "http/1.1")) {
            assertTrue(assertThrows(SSLException.class, tls::startHandshake).getMessage().contains("no_application_protocol"));
        }
        try (SSLSocket tls = negotiated("heikki.localhost", "postgresql")) {
            startUp(tls);
            assertEquals("postgresql", tls.getApplicationProtocol());
        }
    }

    @Test
    void gssencIsRefusedAndTheClientGoesOn() throws Exception {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(GSSENC_REQUEST);
            assertEquals('N', socket.getInputStream().read());
            socket.getOutputStream().write(SSL_REQUEST);
            assertEquals('S', socket.getInputStream().read());
            startUp(tls(socket, ""));
        }
        try (Socket socket = socket()) {
            socket.getOutputStream().write(GSSENC_REQUEST);
            assertEquals('N', socket.getInputStream().read());
            startUp(socket);
        }
    }

    @Test
    void nothingIsTakenFromBeforeTls() throws Exception {
        String plain = HexFormat.of().formatHex(startup("user", "postgres", "database", "postgres"));
        String told = answer(false, "0000000804d2162f" + plain);
        assertTrue(told.startsWith("E") && told.contains("C08P01") && told.contains("received unencrypted data after SSL request"), told);
        try (Socket socket = socket()) {
            socket.getOutputStream().write(SSL_REQUEST);
            assertEquals('S', socket.getInputStream().read());
            socket.getOutputStream().write(HexFormat.of().parseHex(plain));
            int type = socket.getInputStream().read();
            assertTrue(type == 0x15 || type == -1, "an alert or the end, but " + type);
        }
        try (SSLSocket tls = negotiated("")) {
            tls.getOutputStream().write(SSL_REQUEST);
            String within = new String(tls.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(within.contains("C0A000") && within.contains("unsupported frontend protocol 1234.5679"), within);
        }
        assertEquals("S", answer(true, "0000000804d2162f").substring(0, 1));
        String twice = answer(false, "0000000804d21630 0000000804d21630");
        assertTrue(twice.startsWith("NE") && twice.contains("unsupported frontend protocol 1234.5680"), twice);
    }

    @Test
    void cancelThroughTlsAndWithoutIt() throws Exception {
        for (boolean isEncrypted : new boolean[] {true, false}) {
            try (SSLSocket tls = negotiated("heikki.localhost")) {
                byte[] key = startUp(tls);
                send(tls, "SELECT pg_sleep(60)");
                await("it does not run", this::isSleeping);
                byte[] packet = ByteBuffer.allocate(8 + key.length).putInt(8 + key.length).putInt(StartupPacket.CANCEL_CODE).put(key).array();
                try (Socket other = isEncrypted ? negotiated("") : socket()) {
                    other.getOutputStream().write(packet);
                    assertEquals(-1, other.getInputStream().read(), "the end, in its proper form");
                }
                DataInputStream in = new DataInputStream(tls.getInputStream());
                StringBuilder types = new StringBuilder();
                while (types.indexOf("Z") < 0) {
                    types.append((char) in.read());
                    in.readNBytes(in.readInt() - 4);
                }
                assertTrue(types.toString().endsWith("EZ"), types.toString());
            }
        }
    }

    @Test
    void eachEndsInItsProperForm() throws Exception {
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            startUp(tls);
            tls.getOutputStream().write(HexFormat.of().parseHex("5800000004"));
            assertEquals(-1, tls.getInputStream().read(), "close_notify, or this would throw");
        }
        // Half closed: the client says that it has no more, and gets what it had asked for.
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            startUp(tls);
            send(tls, "SELECT 'the answer'");
            tls.shutdownOutput();
            assertTrue(new String(tls.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).contains("the answer"));
        }
        // Cut off: the socket ends without close_notify.
        Socket socket = socket();
        socket.getOutputStream().write(SSL_REQUEST);
        assertEquals('S', socket.getInputStream().read());
        startUp(tls(socket, ""));
        socket.close();
        await("the cut session lives on", () -> server.connections() == 0);
    }

    @Test
    void keysAreRenewedButNothingIsNegotiatedAnew() throws Exception {
        // TLS 1.3: the JDK's client asks for new keys when it is told to handshake again.
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            tls.setEnabledProtocols(new String[] {"TLSv1.3"});
            startUp(tls);
            for (int i = 0; i < 5; i++) {
                tls.startHandshake();
                assertEquals("42", ask(tls, "SELECT 6 * 7"));
            }
        }
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            tls.setEnabledProtocols(new String[] {"TLSv1.2"});
            startUp(tls);
            assertEquals("42", ask(tls, "SELECT 6 * 7"));
            assertThrows(IOException.class, () -> {
                tls.startHandshake();
                ask(tls, "SELECT 6 * 7");
            });
        }
    }

    private static void send(Socket tls, String sql) throws IOException {
        byte[] query = (sql + '\0').getBytes(StandardCharsets.US_ASCII);
        tls.getOutputStream().write(ByteBuffer.allocate(5 + query.length).put((byte) 'Q').putInt(4 + query.length).put(query).array());
    }

    private static String ask(Socket tls, String sql) throws IOException {
        send(tls, sql);
        DataInputStream in = new DataInputStream(tls.getInputStream());
        String value = "";
        while (true) {
            byte type = in.readByte();
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'D') {
                value = new String(body, 6, body.length - 6, StandardCharsets.US_ASCII);
            } else if (type == 'Z') {
                return value;
            }
        }
    }

    /** A session that is resumed could keep the name of another branch. */
    @Test
    void noSessionIsResumed() throws Exception {
        SSLContext context = Pem.trusting(certificate);
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            long last = 0;
            for (int i = 0; i < 3; i++) {
                Socket socket = socket();
                socket.getOutputStream().write(SSL_REQUEST);
                assertEquals('S', socket.getInputStream().read());
                try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "heikki.localhost", socket.getPort(), true)) {
                    tls.setEnabledProtocols(new String[] {version});
                    startUp(tls);
                    assertEquals(timeline("heikki"), ask(tls, WHERE), version);
                    assertTrue(tls.getSession().getCreationTime() > last, version + " is resumed");
                    last = tls.getSession().getCreationTime();
                }
                Thread.sleep(5);
            }
        }
    }

    /** A ClientHello and what follows, with bytes changed, left out or cut off: each session ends, and others go on. */
    @Test
    void damagedHandshakesAndRecordsEnd() throws Exception {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Connection witness = connect("heikki.localhost", "postgres")) {
            int rounds = 40;
            int refused = 0;
            for (int i = 0; i < rounds; i++) {
                refused += damaged(random) ? 1 : 0;
            }
            assertTrue(refused > rounds / 2, refused + " of " + rounds + ", seed " + seed);
            assertEquals("1", one(witness, "SELECT 1"), "seed " + seed);
            await("sessions are left, seed " + seed, () -> server.connections() == 1);
        }
    }

    /** A whole session of a good client through a wire that damages what the client sends at one place. @return whether it failed */
    private boolean damaged(Random random) throws Exception {
        int at = random.nextInt(800);
        int kind = random.nextInt(3);
        int garbage = random.nextInt(1, 256);
        Socket wire = socket();
        wire.setSoTimeout(1000);
        wire.getOutputStream().write(SSL_REQUEST);
        assertEquals('S', wire.getInputStream().read());
        Socket damaging = new Socket() {
            private int sent;

            @Override
            public OutputStream getOutputStream() {
                return new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        byte[] copy = Arrays.copyOfRange(bytes, from, from + length);
                        boolean isHere = at >= sent && at < sent + length;
                        int offset = at - sent;
                        sent += length;
                        if (isHere && kind == 0) {
                            copy[offset] ^= (byte) garbage;
                        }
                        wire.getOutputStream().write(copy, 0, isHere && kind == 1 ? offset : length);
                        if (isHere && kind == 1) {
                            wire.shutdownOutput();
                        } else if (isHere && kind == 2) {
                            byte[] more = new byte[garbage];
                            random.nextBytes(more);
                            wire.getOutputStream().write(more);
                        }
                    }
                };
            }

            @Override
            public InputStream getInputStream() throws IOException {
                return wire.getInputStream();
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public synchronized void close() throws IOException {
                wire.close();
            }
        };
        try (wire; SSLSocket tls = (SSLSocket) Pem.trusting(certificate).getSocketFactory().createSocket(damaging, "localhost", 1, true)) {
            startUp(tls);
            for (int i = 0; i < 4; i++) {
                ask(tls, "SELECT 6 * 7");
            }
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void slowHandshakesAreWithoutEffectOnOthers() throws Exception {
        try (SlowClients slow = new SlowClients(200)) {
            try (Connection connection = connect("heikki.localhost", "postgres")) {
                assertEquals("1", one(connection, "SELECT 1"));
            }
            await("not all are there", () -> server.connections() == slow.sockets.size());
        }
    }

    @Test
    @Tag("nightly")
    void slowHandshakesEnd() throws Exception {
        try (SlowClients slow = new SlowClients(20)) {
            await("they may stay", () -> server.connections() == 0);
            assertEquals(-1, slow.sockets.getFirst().getInputStream().read());
        }
    }

    /** Clients that have sent the beginning of a long record. */
    private final class SlowClients implements AutoCloseable {
        private final List<Socket> sockets = new ArrayList<>();

        private SlowClients(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                Socket socket = socket();
                sockets.add(socket);
                socket.getOutputStream().write(SSL_REQUEST);
                assertEquals('S', socket.getInputStream().read());
                socket.getOutputStream().write(HexFormat.of().parseHex("1603014000"));
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void clientsThatReadNothingEnd() throws Exception {
        Socket socket = socket();
        socket.getOutputStream().write(SSL_REQUEST);
        assertEquals('S', socket.getInputStream().read());
        SSLSocket tls = tls(socket, "heikki.localhost");
        startUp(tls);
        send(tls, "SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
        await("it does not wait for the client", () -> neon.query("heikki",
                "SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'SELECT repeat%'").equals(List.of("ClientWrite")));
        // Garbage in place of a record, while nothing more fits into the socket.
        socket.getOutputStream().write(HexFormat.of().parseHex("17030300200000000000000000000000000000000000000000000000000000000000000000"));
        await("the session lives on", () -> server.connections() == 0);
        socket.close();
    }
}
