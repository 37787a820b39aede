package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Finding a backend's key in what it sends, wherever the pieces end. */
class BackendKeyWatchTest {
    private static final String AUTHENTICATION_OK = "5200000008 00000000";
    private static final String STATUS = "530000000c 4b004b0000000000";
    private static final String READY = "5a00000005 49";

    private static Optional<CancelKey> find(String hex, int piece) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        BackendKeyWatch watch = new BackendKeyWatch();
        Optional<CancelKey> found = Optional.empty();
        for (int at = 0; at < bytes.length; at += piece) {
            ByteBuffer part = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
            int position = part.position();
            Optional<CancelKey> key = watch.accept(part);
            assertEquals(position, part.position());
            found = found.or(() -> key);
        }
        assertTrue(watch.isDone());
        return found;
    }

    @Test
    void keysOfAnyLength() {
        for (int piece : new int[] {1, 2, 3, 7, 1000}) {
            assertEquals(Optional.of(new CancelKey(0x1234, "deadbeef")),
                    find(AUTHENTICATION_OK + STATUS + "4b0000000c 00001234 deadbeef" + READY, piece));
            assertEquals(Optional.of(new CancelKey(1, "cd".repeat(256))),
                    find(AUTHENTICATION_OK + "4b00000108 00000001" + "cd".repeat(256) + READY, piece));
        }
    }

    @Test
    void sessionsWithoutAKey() {
        assertEquals(Optional.empty(), find(AUTHENTICATION_OK + READY + "4b0000000c 00001234 deadbeef", 3));
        assertEquals(Optional.empty(), find("4500000006 0000" + "4b0000000c 00001234 deadbeef", 3));
        assertEquals(Optional.empty(), find("52ffffffff 4b0000000c 00001234 deadbeef", 3));
        assertEquals(Optional.empty(), find("4b7fffffff 00", 3));
    }
}
