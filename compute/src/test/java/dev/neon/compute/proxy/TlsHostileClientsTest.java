package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.tls.Pem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients behind TLS that damage what they send, are slow, or do not read. */
class TlsHostileClientsTest extends TlsScene {
    /** A ClientHello and what follows, with bytes changed, left out or cut off: each session ends, and others go on. */
    @Test
    void damagedHandshakesAndRecordsEnd() throws Exception {
        long seed = Long.getLong("pageServer.neon().test.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Connection witness = connect("heikki.localhost", "postgres")) {
            int rounds = 40;
            int refused = 0;
            for (int i = 0; i < rounds; i++) {
                refused += damaged(random) ? 1 : 0;
            }
            assertTrue(refused > rounds / 2, refused + " of " + rounds + ", seed " + seed);
            assertEquals("1", TestPageServer.one(witness, "SELECT 1"), "seed " + seed);
            pageServer.await("sessions are left, seed " + seed, () -> pageServer.server().connections() == 1);
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
        Socket damaging = new AlteredWire(wire) {
            private int sent;

            @Override
            void send(byte[] bytes, OutputStream to) throws IOException {
                boolean isHere = at >= sent && at < sent + bytes.length;
                int offset = at - sent;
                sent += bytes.length;
                if (isHere && kind == 0) {
                    bytes[offset] ^= (byte) garbage;
                }
                to.write(bytes, 0, isHere && kind == 1 ? offset : bytes.length);
                if (isHere && kind == 1) {
                    wire.shutdownOutput();
                } else if (isHere && kind == 2) {
                    byte[] more = new byte[garbage];
                    random.nextBytes(more);
                    to.write(more);
                }
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
                assertEquals("1", TestPageServer.one(connection, "SELECT 1"));
            }
            pageServer.await("not all are there", () -> pageServer.server().connections() == slow.sockets.size());
        }
    }

    @Test
    @Tag("nightly")
    void slowHandshakesEnd() throws Exception {
        try (SlowClients slow = new SlowClients(20)) {
            pageServer.await("they may stay", () -> pageServer.server().connections() == 0);
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
        pageServer.await("it does not wait for the client", () -> pageServer.neon().query("heikki",
                "SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'SELECT repeat%'").equals(List.of("ClientWrite")));
        // Garbage in place of a record, while nothing more fits into the socket.
        socket.getOutputStream().write(HexFormat.of().parseHex("17030300200000000000000000000000000000000000000000000000000000000000000000"));
        pageServer.await("the session lives on", () -> pageServer.server().connections() == 0);
        socket.close();
    }
}
