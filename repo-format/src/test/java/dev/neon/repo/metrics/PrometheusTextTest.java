package dev.neon.repo.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void familiesAndSamples() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("branch", "a\"b\\c\nd");
        labels.put("state", "up");
        String text = new PrometheusText().counter("neon_a_total", "All of it.", 3)
                .family("neon_b", PrometheusText.Type.GAUGE, "One\nline, one \\.").sample("neon_b", labels, -1).sample("neon_b", Map.of(), 0.25)
                .toString();
        assertEquals("""
                # HELP neon_a_total All of it.
                # TYPE neon_a_total counter
                neon_a_total 3
                # HELP neon_b One\\nline, one \\\\.
                # TYPE neon_b gauge
                neon_b{branch="a\\"b\\\\c\\nd",state="up"} -1
                neon_b 0.25
                """, text);
    }
}
