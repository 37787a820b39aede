package dev.neon.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampTzTest {
    private static String text(long time, ZoneId zone) {
        StringBuilder text = new StringBuilder();
        TimestampTz.append(time, zone, text);
        return text.toString();
    }

    @Test
    void isMicrosecondsSince2000() {
        assertEquals(Instant.parse("2000-01-01T00:00:00Z"), TimestampTz.toInstant(0));
        assertEquals(Instant.parse("1999-12-31T23:59:59.999999Z"), TimestampTz.toInstant(-1));
        for (long time : new long[] {0, 1, -1, 846_079_200_123_456L, Long.MAX_VALUE / 2, Long.MIN_VALUE / 2}) {
            assertEquals(time, TimestampTz.of(TimestampTz.toInstant(time)));
        }
    }

    @Test
    void textIsThatOfWaldump() {
        long time = TimestampTz.of(Instant.parse("2026-11-21T10:00:00.023456Z"));
        assertEquals("2026-11-21 10:00:00.023456 UTC", text(time, ZoneOffset.UTC));
        assertEquals("2000-01-01 00:00:00.000000 UTC", text(0, ZoneId.of("Etc/UTC")));
        assertEquals("1999-12-31 23:59:59.-500000 UTC", text(-1_500_000, ZoneOffset.UTC));
        assertEquals("2000-01-01 00:00:00.-00005 UTC", text(-5, ZoneOffset.UTC));
    }

    @Test
    void everyTimeHasAText() {
        assertEquals("294247-01-10 04:00:54.775807 UTC", text(Long.MAX_VALUE - 946_684_800_000_000L, ZoneOffset.UTC));
        text(Long.MAX_VALUE, ZoneOffset.UTC);
        text(Long.MIN_VALUE, ZoneOffset.UTC);
    }

    @ParameterizedTest
    @CsvSource({"UTC,2026-11-21 10:00:00.000000 UTC", "Europe/Berlin,2026-11-21 11:00:00.000000 CET",
        "America/Sao_Paulo,2026-11-21 07:00:00.000000 -03", "Asia/Kathmandu,2026-11-21 15:45:00.000000 +0545",
        "+02:00,2026-11-21 12:00:00.000000 +02"})
    void zonesAreNamedAsTheCLibraryDoes(String zone, String expected) {
        assertEquals(expected, text(TimestampTz.of(Instant.parse("2026-11-21T10:00:00Z")), ZoneId.of(zone)));
    }
}
