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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @ParameterizedTest
    @EnumSource
    void aCheckpointIsTheSameWhateverRecoveryMadeOfItsNextXid(PostgresMajor major) throws IOException {
        ControlFile control = ControlFile.parse(NAME, golden(major));
        byte[] record = Arrays.copyOfRange(golden(major), 40, 40 + CheckPoint.BYTES);
        for (int i = 0; i < record.length; i++) {
            byte[] other = record.clone();
            other[i] ^= 1;
            assertEquals(i >= 24 && i < 32, control.checkPointMatches(other), "byte " + i);
        }
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

    /** What a reader sees while the server writes: half of each. */
    @Test
    void aHalfWrittenFileOfARunningServerIsReadAgain(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pg_control");
        byte[] old = golden(PostgresMajor.V18);
        byte[] written = ControlFile.parse(NAME, old).inProduction();
        byte[] torn = written.clone();
        System.arraycopy(old, 256, torn, 256, old.length - 256);
        Files.write(file, torn);
        assertThrows(CorruptFileException.class, () -> ControlFile.read(file));
        Thread server = Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(30_000_000);
            try {
                Files.write(file, written);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertEquals(ClusterState.IN_PRODUCTION, ControlFile.readLive(file).state());
        server.join();
        Files.write(file, torn);
        assertThrows(CorruptFileException.class, () -> ControlFile.readLive(file), "damage that stays is told");
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
