package dev.neon.sync.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    @Test
    void saysUntilTheAnswerIsThereThatItIsWorkedOn() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PacketWriter writer = new PacketWriter(out);
        try (Heartbeat _ = Heartbeat.start(writer, Duration.ofMillis(5))) {
            while (out.size() < 100) {
                Thread.sleep(1);
            }
        }
        int length = out.size();
        Thread.sleep(30);
        assertEquals(length, out.size());
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("000c\u0002working000c\u0002working"));
        writer.body().write("done".getBytes(StandardCharsets.UTF_8));
        writer.end();
        assertEquals("done", new String(new PacketReader(new ByteArrayInputStream(out.toByteArray())).body().readAllBytes(), StandardCharsets.UTF_8));
    }
}
