package dev.neon.sync.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.BusyException;
import dev.neon.sync.wire.Connection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as others may speak it, well or badly: the other side is a socket that says what a test wants. */
class Http1ConnectionTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/x-neon\r\n";

    private ServerSocket server;
    private Http1Connection connection;
    /** What was asked on each connection; a request's head and body. */
    private final List<List<String>> asked = new ArrayList<>();

    private interface Script {
        void answer(Socket socket, DataInputStream in, OutputStream out) throws Exception;
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        connection = new Http1Connection(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/shop"), Optional.of("neon_t"),
                Duration.ofSeconds(2));
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        server.close();
    }

    private void serve(Script script) {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    synchronized (asked) {
                        asked.add(new ArrayList<>());
                    }
                    script.answer(socket, new DataInputStream(socket.getInputStream()), socket.getOutputStream());
                } catch (Exception ended) {
                    // The client, or the test, is at its end.
                }
            }
        });
    }

    /** Reads requests with their lengths, one after the other, and answers each with the same. */
    private void always(String answer) {
        serve((socket, in, out) -> {
            while (true) {
                String head = head(in);
                int length = Integer.parseInt(head.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
                note(head + new String(in.readNBytes(length), ISO_8859_1));
                out.write(answer.getBytes(ISO_8859_1));
                if (answer.contains("close")) {
                    return;
                }
            }
        });
    }

    private void note(String request) {
        synchronized (asked) {
            asked.getLast().add(request);
        }
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static byte[] chunks(DataInputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            StringBuilder line = new StringBuilder();
            while (!line.toString().endsWith("\r\n")) {
                line.append((char) in.readUnsignedByte());
            }
            int length = Integer.parseInt(line.toString().strip(), 16);
            body.write(in.readNBytes(length));
            in.skipNBytes(2);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private String ask(String body) throws IOException {
        try (Connection.Exchange exchange = connection.begin("refs")) {
            try (OutputStream request = exchange.request()) {
                request.write(body.getBytes(ISO_8859_1));
            }
            try (InputStream answer = exchange.answer()) {
                return new String(answer.readAllBytes(), ISO_8859_1);
            }
        }
    }

    @Test
    void usesAConnectionAgain() throws IOException {
        always(OK + "transfer-encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n00A\r\n, you all.\r\n0\r\nTrailer: 1\r\n\r\n");

        assertEquals("hello, you all.", ask("one"));
        assertEquals("hello, you all.", ask("two"));

        assertEquals(1, asked.size());
        String request = asked.getFirst().getLast();
        assertTrue(request.startsWith("POST /shop/neon/refs HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n"), request);
        assertTrue(request.contains("\r\nAuthorization: Bearer neon_t\r\n"), request);
        assertTrue(request.endsWith("\r\n\r\ntwo"), request);
    }

    @Test
    void takesAnswersWithALengthAndInterimOnes() throws IOException {
        always("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + "Content-Length: 3\r\n\r\nyes");

        assertEquals("yes", ask(""));
        assertEquals("yes", ask(""));

        assertEquals(1, asked.size());
    }

    @Test
    void opensAnotherWhereTheOtherSideCloses() throws IOException {
        always(OK + "Connection: close\r\n\r\nup to the end");

        assertEquals("up to the end", ask(""));
        assertEquals("up to the end", ask(""));

        assertEquals(2, asked.size());
    }

    @Test
    void leavesAConnectionThatHasBeenIdle() throws Exception {
        always(OK + "Content-Length: 3\r\n\r\nyes");
        ask("");
        Thread.sleep(1200);
        ask("");

        assertEquals(2, asked.size());
    }

    private static byte[] noise() {
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 Continue\r\n\r\n", ""})
    void sendsWhatIsLongInChunks(String interim) throws Exception {
        serve((socket, in, out) -> {
            note(head(in));
            out.write(interim.getBytes(ISO_8859_1));
            note(new String(chunks(in), ISO_8859_1));
            out.write((OK + "Content-Length: 2\r\n\r\nok").getBytes(ISO_8859_1));
            in.read();
        });
        byte[] noise = noise();

        assertEquals("ok", ask(new String(noise, ISO_8859_1)));

        assertTrue(asked.getFirst().getFirst().contains("\r\nExpect: 100-continue\r\n"));
        assertArrayEquals(noise, asked.getFirst().get(1).getBytes(ISO_8859_1));
    }

    @Test
    void sendsNothingToWhoDoesNotWantIt() throws Exception {
        serve((socket, in, out) -> {
            note(head(in));
            out.write("HTTP/1.1 413 Too Large\r\nContent-Type: application/x-neon\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1));
            note(String.valueOf(in.read()));
        });

        assertEquals("no", ask(new String(noise(), ISO_8859_1)));

        for (int i = 0; i < 100 && asked.getFirst().size() < 2; i++) {
            Thread.sleep(20);
        }
        assertEquals("-1", asked.getFirst().get(1));
    }

    @Test
    void hearsARefusalAmidTheRequest() throws Exception {
        serve((socket, in, out) -> {
            head(in);
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
            in.readNBytes(100_000);
            out.write("HTTP/1.1 413 Too Large\r\nContent-Type: application/x-neon\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1));
            in.transferTo(OutputStream.nullOutputStream());
        });
        try (Connection.Exchange exchange = connection.begin("put")) {
            try (OutputStream request = exchange.request()) {
                for (int i = 0; i < 20; i++) {
                    request.write(noise());
                    Thread.sleep(10);
                }
            }
            try (InputStream answer = exchange.answer()) {
                assertEquals("no", new String(answer.readAllBytes(), ISO_8859_1));
            }
        }
    }

    @Test
    void tellsWhatOthersSay() {
        always("HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>");

        assertThrows(BusyException.class, () -> ask(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 mail.example.org\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        OK + "Content-Length: -1\r\n\r\n", OK + "Content-Length: 5\r\n\r\nfour", OK + "Transfer-Encoding: gzip\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nfour", OK + "Transfer-Encoding: chunked\r\n\r\n-5\r\nfives\r\n0\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nfives\r\n0\r\n\r\n", OK + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n"})
    void refusesWhatIsBroken(String answer) {
        serve((socket, in, out) -> {
            head(in);
            out.write(answer.getBytes(ISO_8859_1));
        });

        assertThrows(IOException.class, () -> ask(""));
    }

    @Test
    void readsNoEndlessHead() {
        serve((socket, in, out) -> {
            head(in);
            out.write(OK.getBytes(ISO_8859_1));
            while (true) {
                out.write("Again: and again\r\n".getBytes(ISO_8859_1));
            }
        });

        String message = assertThrows(IOException.class, () -> ask("")).getMessage();
        assertTrue(message.startsWith("a head of more than"), message);
    }

    @Test
    void losesPatience() {
        serve((socket, in, out) -> Thread.sleep(20_000));

        assertEquals("nothing came for 2 s", assertThrows(IOException.class, () -> ask("")).getMessage());
    }

    @Test
    void endsWhenInterrupted() {
        serve((socket, in, out) -> Thread.sleep(20_000));
        Thread.currentThread().interrupt();

        assertEquals("interrupted", assertThrows(IOException.class, () -> ask("")).getMessage());
        assertTrue(Thread.interrupted());
    }
}
