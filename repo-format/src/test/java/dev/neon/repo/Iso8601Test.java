package dev.neon.repo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compared with the JDK's own. */
class Iso8601Test {
    @Test
    void isAsTheJdkWrites() {
        for (String text : List.of("2026-11-21T07:35:31Z", "2026-11-21T07:35:00Z", "2026-11-21T00:00:00Z",
                "2026-11-21T07:35:31.5Z", "2026-11-21T07:35:00.000001Z", "2026-11-21T07:35:31.123456789Z",
                "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "9999-12-30T23:59:59Z", "1969-12-31T23:59:59.001Z",
                "-0001-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "2024-02-29T12:00:00Z", "2026-11-21T24:00:00Z",
                "2026-11-21T07:35:31.Z")) {
            agrees(text);
        }
        assertEquals(Instant.MAX.toString(), Iso8601.format(Instant.MAX));
        assertEquals(Instant.MIN.toString(), Iso8601.format(Instant.MIN));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            long nano = switch (i % 4) {
                case 0 -> 0;
                case 1 -> 1_000_000L * random.nextInt(1000);
                case 2 -> 1_000L * random.nextInt(1_000_000);
                default -> random.nextInt(1_000_000_000);
            };
            long second = random.nextLong(-100_000_000_000L, 300_000_000_000L);
            Instant instant = Instant.ofEpochSecond(i % 3 == 0 ? second - second % 60 : second, nano);
            assertEquals(instant.toString(), Iso8601.format(instant), "seed " + seed);
            assertEquals(instant, Iso8601.parse(instant.toString()), "seed " + seed);
        }
    }

    @Test
    void refusesWhatTheJdkRefuses() {
        for (String text : List.of("", "Z", "2026", "2026-11-21T07:35:31", "2026-11-21 07:35:31Z",
                "2026-11-21T07:35:31.1234567890Z", "2026-11-21T07:35:3aZ", "2026-11-21T07:35:31x5Z",
                "2026-02-30T07:35:31Z", "2026-13-01T07:35:31Z", "2026-11-21T25:00:00Z", "2026-11-21T07:60:00Z",
                "2026-11-21T07:35:31.\u0661Z")) {
            assertThrows(DateTimeException.class, () -> Instant.parse(text), text);
            assertThrows(DateTimeException.class, () -> Iso8601.parse(text), text);
        }
    }

    private static void agrees(String text) {
        Instant instant = Instant.parse(text);
        assertEquals(instant, Iso8601.parse(text));
        assertEquals(instant.toString(), Iso8601.format(instant));
    }
}
