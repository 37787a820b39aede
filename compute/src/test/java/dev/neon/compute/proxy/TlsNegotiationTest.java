package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.tls.Pem;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** How TLS begins and ends, and what is between: clients that say it message by message. */
class TlsNegotiationTest extends TlsScene {
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
            tls.getOutputStream().write(WireClient.startup("user", "postgres"));
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
        String plain = HexFormat.of().formatHex(WireClient.startup("user", "postgres", "database", "postgres"));
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
                pageServer.await("it does not run", this::isSleeping);
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
        pageServer.await("the cut session lives on", () -> pageServer.server().connections() == 0);
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
}
