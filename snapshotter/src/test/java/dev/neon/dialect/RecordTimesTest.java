package dev.neon.dialect;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedRecord;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Lines tell times in the zone that is asked for. */
class RecordTimesTest {
    private static final CraftedRecord COMMIT = CraftedRecord.main(PostgresMajor.V17, 1, 0x00, 700, "0000000000000000");

    private static String line(ZoneId zone) {
        StringBuilder text = new StringBuilder();
        new RecordLine(PostgresMajor.V17, false, zone).append(COMMIT.read(), text);
        return text.toString();
    }

    @Test
    void inUtcAndElsewhere() {
        assertTrue(line(ZoneOffset.UTC).contains("desc: COMMIT 2000-01-01 00:00:00.000000 UTC"), line(ZoneOffset.UTC));
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertTrue(line(berlin).contains("desc: COMMIT 2000-01-01 01:00:00.000000 CET"), line(berlin));
    }
}
