package dev.neon.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.GoldenWal;
import dev.neon.wal.WalReader;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenWalTest {
    @ParameterizedTest
    @EnumSource(PostgresMajor.class)
    void linesAreThoseOfWaldump(PostgresMajor major) throws IOException {
        GoldenWal golden = GoldenWal.of(major);
        StringBuilder text = new StringBuilder();
        RecordLine line = new RecordLine(major, true, ZoneOffset.UTC);
        try (WalReader reader = WalReader.from(golden.source(), GoldenWal.first())) {
            while (reader.next()) {
                line.append(reader.record(), text);
            }
        }
        List<String> lines = text.toString().lines().toList();
        List<String> expected = golden.lines();
        for (int i = 0; i < Math.min(lines.size(), expected.size()); i++) {
            assertEquals(expected.get(i), lines.get(i));
        }
        assertEquals(expected.size(), lines.size());
    }
}
