package dev.neon.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first 296 bytes of {@code global/pg_control} as {@code initdb} of each major left them. */
class ControlFileTest {
    private static final Path NAME = Path.of("pg_control");

    private static byte[] golden(PostgresMajor major) throws IOException {
        try (InputStream in = ControlFileTest.class.getResourceAsStream("pg_control-" + major)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTheFileOfEachMajor(PostgresMajor major) throws IOException {
        ControlFile control = ControlFile.parse(NAME, golden(major));
        assertEquals(major, control.major());
        assertEquals(ClusterState.SHUTDOWNED, control.state());
        assertEquals(control.checkPointLsn(), control.checkPoint().redo());
        assertEquals(new ClusterIdentity(major.number(), control.systemIdentifier(), 16 << 20,
                control.checksumVersion() == 1, 1), control.identity());
        assertEquals(1, control.walLevel());
        assertEquals(Lsn.ZERO, control.minRecoveryPoint());
        assertEquals(0, control.checkPoint().oldestActiveXid());
        assertEquals(1, control.checkPoint().nextMulti());
    }

    @ParameterizedTest
    @EnumSource
    void inProductionChangesTheStateAndTheChecksumOnly(PostgresMajor major) throws IOException {
        byte[] before = golden(major);
        byte[] after = ControlFile.parse(NAME, before).inProduction();
        assertEquals(ClusterState.IN_PRODUCTION, ControlFile.parse(NAME, after).state());
        for (int field : new int[] {16, major.controlCrcOffset()}) {
            Arrays.fill(before, field, field + 4, (byte) 0);
            Arrays.fill(after, field, field + 4, (byte) 0);
        }
        assertArrayEquals(before, after);
    }

    @Test
    void aFlipOfAnyCheckedBitIsRefused() throws IOException {
        byte[] content = golden(PostgresMajor.V18);
        for (int bit = 0; bit < (292 + 4) * 8; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (bit / 32 == 3) {
                assertThrows(UnsupportedException.class, () -> ControlFile.parse(NAME, flipped));
            } else {
                assertThrows(CorruptFileException.class, () -> ControlFile.parse(NAME, flipped));
            }
        }
    }

    @Test
    void damageIsDescribed() throws IOException {
        byte[] content = golden(PostgresMajor.V15);
        content[100] ^= 1;
        CorruptFileException damage = assertThrows(CorruptFileException.class, () -> ControlFile.parse(NAME, content));
        assertEquals(288, damage.offset());
        assertThrows(CorruptFileException.class, () -> ControlFile.parse(NAME, Arrays.copyOf(content, 200)));
    }
}
