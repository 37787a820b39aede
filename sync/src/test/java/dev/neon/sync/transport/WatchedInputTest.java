package dev.neon.sync.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchedInputTest {
    @Test
    void endsWhatDoesNotGoOn() throws Exception {
        try (ServerSocket server = new ServerSocket(0); Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket other = server.accept(); InputStream in = new WatchedInput(client.getInputStream(), Duration.ofSeconds(1))) {
            other.getOutputStream().write(7);
            assertEquals(7, in.read());
            assertEquals("nothing came for 1 s", assertThrows(IOException.class, in::read).getMessage());
        }
    }

    @Test
    void givesWhatThereIs() throws Exception {
        try (InputStream in = new WatchedInput(new ByteArrayInputStream(new byte[] {1, 2, (byte) 255}), Duration.ofSeconds(1))) {
            assertEquals(1, in.read());
            assertEquals(2, in.readNBytes(2).length);
            assertEquals(-1, in.read());
        }
    }
}
