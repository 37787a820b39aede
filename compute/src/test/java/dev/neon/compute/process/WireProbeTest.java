package dev.neon.compute.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.process.WireProbe.Answer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path temp;

    @Test
    void anAuthenticationRequestIsReady() throws Exception {
        assertEquals(new Answer.Ready(), answerTo(message('R', new byte[] {0, 0, 0, 10, 'S', 0, 0})));
    }

    @Test
    void anErrorAboutUsIsReady() throws Exception {
        assertEquals(new Answer.Ready(), answerTo(message('E', error("FATAL", "28000", "no pg_hba.conf entry"))));
    }

    @Test
    void cannotConnectNowIsStarting() throws Exception {
        assertEquals(new Answer.Starting("the database system is starting up"),
                answerTo(message('E', error("FATAL", "57P03", "the database system is starting up"))));
    }

    @Test
    void anotherProtocolIsNotPostgres() throws Exception {
        assertEquals(new Answer.NotPostgres(),
                answerTo("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(new Answer.NotPostgres(), answerTo("R".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(new Answer.NotPostgres(), answerTo(message('S', new byte[] {1})));
    }

    @Test
    void hangingUpIsSilent() throws Exception {
        assertEquals(new Answer.Silent(), answerTo(new byte[0]));
    }

    @Test
    void sayingNothingIsSilentWhenTheTimeIsUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();

            assertEquals(new Answer.Silent(),
                    WireProbe.ask(server.getLocalSocketAddress(), Duration.ofMillis(100)));

            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(took >= 90 && took < 5000, "took " + took + " ms");
        }
    }

    @Test
    void nobodyListens() throws Exception {
        int free;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = server.getLocalPort();
        }
        assertEquals(new Answer.Nobody(),
                WireProbe.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), free), LIMIT));
        assertEquals(new Answer.Nobody(), WireProbe.ask(UnixDomainSocketAddress.of(temp.resolve("none")), LIMIT));
    }

    @Test
    void beginsAConnectionOfProtocol3() throws Exception {
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    int length = client.getInputStream().read() << 24 | client.getInputStream().read() << 16
                            | client.getInputStream().read() << 8 | client.getInputStream().read();
                    received.complete(client.getInputStream().readNBytes(length - 4));
                } catch (IOException e) {
                    received.completeExceptionally(e);
                }
            });
            WireProbe.ask(server.getLocalSocketAddress(), LIMIT);
        }
        byte[] expected = ("\0\3\0\0" + "user\0postgres\0database\0postgres\0application_name\0neon\0\0")
                .getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(expected, received.get(10, TimeUnit.SECONDS));
    }

    /** What the probe makes of a server that answers so and hangs up. */
    private static Answer answerTo(byte[] reply) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[1000]);
                    client.getOutputStream().write(reply);
                } catch (IOException probeHungUp) {
                    // It may: it has seen enough.
                }
            });
            Answer answer = WireProbe.ask(server.getLocalSocketAddress(), LIMIT);
            answering.join();
            return answer;
        }
    }

    private static byte[] message(char type, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(type);
        out.writeInt(4 + body.length);
        out.write(body);
        return bytes.toByteArray();
    }

    private static byte[] error(String severity, String state, String text) {
        return ("S" + severity + "\0V" + severity + "\0C" + state + "\0M" + text + "\0\0")
                .getBytes(StandardCharsets.UTF_8);
    }
}
