package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** Real clients behind TLS. */
class TlsClientsTest extends TlsScene {
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
        pageServer.await("it is not logged", () -> pageServer.log().lines()
                .anyMatch(line -> line.contains("Illegal server name") && line.contains("fix_2.localhost")));
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
            assertEquals(timeline("heikki"), TestPageServer.one(connection, WHERE));
            statement.setQueryTimeout(1);
            assertEquals("57014", assertThrows(PSQLException.class, () -> statement.execute("SELECT pg_sleep(60)")).getSQLState());
            assertEquals("1", TestPageServer.one(connection, "SELECT 1"));
        }
        try (Connection connection = connect("fix-team.localhost", "postgres")) {
            assertEquals(timeline("fix/team"), TestPageServer.one(connection, WHERE));
        }
        assertEquals("3D000", assertThrows(PSQLException.class, () -> connect("heiki.localhost", "postgres")).getSQLState());
        try (Connection connection = connect("localhost", "postgres%40heikki", "sslNegotiation", "direct")) {
            assertEquals(timeline("heikki"), TestPageServer.one(connection, WHERE));
        }
    }

    /** What libpq has learned since psql 15: direct TLS, and to cancel behind TLS. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void newerLibpq(int major) throws Exception {
        Path library = Libpq.library(TestPostgres.major(major)).orElse(Path.of("none"));
        assumeTrue(Files.exists(library), "no libpq");
        String common = "hostaddr=127.0.0.1 user=postgres dbname=postgres port=" + pageServer.port() + " host=";
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
                pageServer.await("it does not run", this::isSleeping);
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
        Path rules = pageServer.neon().workspace().repository().dataDirectory(pageServer.neon().timeline("heikki")).resolve("pg_hba.conf");
        assertEquals(timeline("heikki"), psqlSays("host=heikki.localhost sslmode=require", WHERE));
        String old = Files.readString(rules);
        Files.writeString(rules, "host all secure all scram-sha-256\n" + old);
        try {
            pageServer.neon().execute("heikki", "SELECT pg_reload_conf()");
            pageServer.await("the rules are not read", () -> psql("host=heikki.localhost sslmode=require user=secure password=wrong", WHERE).exitCode() != 0);
            String secure = "host=heikki.localhost sslmode=require user=secure password=secret channel_binding=";
            assertEquals(timeline("heikki"), psqlSays(secure + "prefer", WHERE));
            assertEquals(timeline("heikki"), psqlSays(secure + "disable", WHERE));
            String required = psql(secure + "require", WHERE).output();
            assertTrue(required.contains("channel binding is required, but server did not offer an authentication method that supports"
                    + " channel binding"), required);
            try (Connection connection = connect("heikki.localhost", "postgres", "user", "secure", "password", "secret")) {
                assertEquals("secure", TestPageServer.one(connection, "SELECT current_user"));
            }
        } finally {
            Files.writeString(rules, old);
            pageServer.neon().execute("heikki", "SELECT pg_reload_conf()");
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
        try (Connection connection = connect("heikki.localhost", "postgres"); Connection direct = pageServer.neon().connect("heikki");
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
        pageServer.neon().workspace().repository().config().set("pageserver.tls", "require");
        try {
            pageServer.restart();
            assertEquals("1", psqlSays("sslmode=prefer", "SELECT 1"));
            assertEquals("1", psqlSays("sslmode=allow", "SELECT 1"));
            String refused = psql("sslmode=disable", "SELECT 1").output();
            assertTrue(refused.contains("the page server lets only clients with TLS in") && refused.contains("sslmode=require"), refused);
            pageServer.neon().workspace().repository().config().set("pageserver.tls", "off");
            pageServer.restart();
            assertEquals("1", psqlSays("sslmode=prefer", "SELECT 1"));
            String unsupported = psql("sslmode=require", "SELECT 1").output();
            assertTrue(unsupported.contains("server does not support SSL, but SSL was required"), unsupported);
            assertEquals("", answer(true, "16"));
            String twice = answer(false, "0000000804d2162f 0000000804d2162f");
            assertTrue(twice.startsWith("NE") && twice.contains("C0A000"), twice);
        } finally {
            pageServer.neon().workspace().repository().config().unset("pageserver.tls");
            pageServer.restart();
        }
    }

    @Test
    void sessionsEndWithThePageServer() throws Exception {
        try (SSLSocket tls = negotiated("heikki.localhost")) {
            startUp(tls);
            pageServer.server().close();
            String told = assertThrows(IOException.class, () -> WireClient.on(tls).until('Z')).getMessage();
            assertTrue(told.contains("C57P01"), told);
            assertEquals(-1, tls.getInputStream().read(), "close_notify, or this would throw");
        } finally {
            pageServer.restart();
        }
    }
}
