package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.tls.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A page server with TLS, and clients for it: real ones, and such as say what they are told to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TlsScene {
    static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");
    static final byte[] GSSENC_REQUEST = HexFormat.of().parseHex("0000000804d21630");
    static final String WHERE = "SELECT regexp_replace(current_setting('data_directory'), '.*/', '')";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    TestPageServer pageServer;
    Path certificate;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        TestWorkspace workspace = TestWorkspace.init(directory, 18);
        workspace.start("main");
        workspace.execute("main", "SET password_encryption = 'scram-sha-256'", "CREATE ROLE secure LOGIN SUPERUSER PASSWORD 'secret'");
        for (String branch : List.of("heikki", "fix/team", "fix_2", "fix/2")) {
            workspace.branch(branch, "main");
        }
        pageServer = TestPageServer.start(workspace, Map.of());
        certificate = workspace.directory().resolve("tls/server.crt");
    }

    @AfterAll
    void end() {
        pageServer.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        pageServer.await("sessions are left", () -> pageServer.server().connections() == 0 && pageServer.server().cancelTargets().isEmpty());
        assertFalse(pageServer.log().contains("internal error"), pageServer.log());
    }

    Connection connect(String host, String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "postgres");
        all.setProperty("password", "");
        all.setProperty("sslmode", "verify-full");
        all.setProperty("sslrootcert", certificate.toString());
        all.setProperty("socketFactory", ToLoopback.class.getName());
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://" + host + ':' + pageServer.port() + '/' + database, all);
    }

    /** psql 15. @param conninfo in addition */
    ProgramRun psql(String conninfo, String sql) {
        Path psql = TestPostgres.debian15().map(binaries -> binaries.binDir().resolve("psql")).orElse(Path.of("none"));
        assumeTrue(Files.isExecutable(psql), "no psql");
        return ProgramRun.of(List.of(psql.toString(), "-XAtq", "-c", sql, "hostaddr=127.0.0.1 port=" + pageServer.port()
                + " user=postgres dbname=postgres " + conninfo), PATIENCE);
    }

    String psqlSays(String conninfo, String sql) {
        ProgramRun run = psql(conninfo, sql);
        assertEquals(0, run.exitCode(), run.output());
        return run.output().strip();
    }

    String timeline(String branch) {
        return pageServer.neon().timeline(branch).hex();
    }

    /** A cancel request that comes before its query would cancel nothing. */
    boolean isSleeping() throws SQLException {
        return pageServer.neon().query("heikki", "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'").equals(List.of("1"));
    }

    Socket socket() throws IOException {
        Socket socket = new Socket("127.0.0.1", pageServer.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** What a client gets that sends these bytes in one piece. */
    String answer(boolean endsItsOutput, String hex) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
            if (endsItsOutput) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** A client that trusts the certificate; its handshake is not done. */
    SSLSocket tls(Socket socket, String host, String... protocols) throws IOException {
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

    SSLSocket negotiated(String host, String... protocols) throws IOException {
        Socket socket = socket();
        socket.getOutputStream().write(SSL_REQUEST);
        assertEquals('S', socket.getInputStream().read());
        return tls(socket, host, protocols);
    }

    /** Starts up, reads to ReadyForQuery and gives BackendKeyData. */
    static byte[] startUp(Socket socket) throws IOException {
        WireClient client = WireClient.on(socket);
        client.send(WireClient.startup("user", "postgres", "database", "postgres"));
        byte[] key = client.until('K').body();
        client.until('Z');
        return key;
    }

    static void send(Socket socket, String sql) throws IOException {
        WireClient.on(socket).send(WireClient.query(sql));
    }

    /** The one value that a query gives. */
    static String ask(Socket socket, String sql) throws IOException {
        WireClient client = WireClient.on(socket);
        client.send(WireClient.query(sql));
        // A row has the number of its columns and each one's length.
        String row = client.until('D').text();
        client.until('Z');
        return row.substring(Short.BYTES + Integer.BYTES);
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
}
