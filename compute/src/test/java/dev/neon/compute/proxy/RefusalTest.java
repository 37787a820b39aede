package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalTest {
    @Test
    void bytes() {
        assertEquals("E\0\0\0\047SFATAL\0VFATAL\0C3D000\0Mwhy\0Dit\0Hdo\0\0",
                new String(new Refusal("3D000", "why", Optional.of("it"), Optional.of("do")).toBytes(), StandardCharsets.ISO_8859_1));
    }

    /** libpq takes a longer one for an error of a server before 7.4, which ends with zero. */
    @Test
    void theLongestIsShortEnoughForLibpq() {
        Optional<String> text = Optional.of("誤".repeat(20_000));
        byte[] bytes = new Refusal("57P03", text.get(), text, text).toBytes();
        assertEquals(bytes.length - 1, ByteBuffer.wrap(bytes).getInt(1));
        assertTrue(bytes.length < 30_000, bytes.length + " bytes");
    }
}
