package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PglzTest {
    private static String text(String source, int size) {
        byte[] bytes = CraftedRecord.bytes(source);
        byte[] target = new byte[size];
        assertTrue(Pglz.decompress(bytes, bytes.length, target, size));
        return new String(target, StandardCharsets.US_ASCII);
    }

    private static boolean gives(String source, int size) {
        byte[] bytes = CraftedRecord.bytes(source);
        return Pglz.decompress(bytes, bytes.length, new byte[size], size);
    }

    @Test
    void literalsAndMatches() {
        assertEquals("", text("", 0));
        assertEquals("abc", text("00 61 62 63", 3));
        assertEquals("abcdefghi", text("00 6162636465666768 00 69", 9));
        assertEquals("abcabc", text("08 61 62 63 0003", 6));
        assertEquals("112341234123412341234", text("20 3131323334 0d04", 21));
        assertEquals("a".repeat(1 + 18), text("02 61 0f01 00", 19));
        assertEquals("a".repeat(1 + 273), text("02 61 0f01 ff", 274));
    }

    @Test
    void longDistances() {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < 4096 / 8; i++) {
            source.append("00").append("%02x".formatted(i & 0x7F)).append("78".repeat(7));
        }
        byte[] bytes = CraftedRecord.bytes(source + "01 f0ff");
        byte[] target = new byte[4099];
        assertTrue(Pglz.decompress(bytes, bytes.length, target, target.length));
        assertArrayEquals(Arrays.copyOfRange(target, 1, 4), Arrays.copyOfRange(target, 4096, 4099));
    }

    @Test
    void onlyExactlyTheSizeWillDo() {
        assertFalse(gives("00 61 62 63", 2), "more than there is room for");
        assertFalse(gives("00 61 62 63", 4), "less than asked for");
        assertFalse(gives("00 61 62 63 64 65 66 67 68 00", 8), "a control byte too many");
        assertTrue(gives("02 61 0f01 ff", 100), "the server cuts the last match");
    }

    @Test
    void brokenSourcesAreRefused() {
        assertFalse(gives("02 61 0001", 0));
        assertFalse(gives("01 0001", 3), "a match before anything");
        assertFalse(gives("02 61 0000", 4), "a distance of 0");
        assertFalse(gives("02 61 0002", 4), "a distance beyond the start");
        assertFalse(gives("02 61 00", 4), "half a match");
        assertFalse(gives("02 61 0f01", 19), "a long match without its length");
    }

    @Test
    void anyBytesEndWithinTheTarget() {
        Random random = new Random(7);
        byte[] source = new byte[8191];
        byte[] target = new byte[8192];
        for (int i = 0; i < 5000; i++) {
            random.nextBytes(source);
            int size = random.nextInt(8192);
            Arrays.fill(target, (byte) 0x55);
            Pglz.decompress(source, random.nextInt(8192), target, size);
            for (int at = size; at < target.length; at++) {
                assertEquals(0x55, target[at]);
            }
        }
    }
}
