package dev.neon.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.error.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterStampTest {
    private static final byte[] NONCE = HexFormat.of().parseHex("a1".repeat(32));

    @TempDir
    Path data;

    @Test
    void composesTheIdentifierAsInitdbDoes() {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(0x6921_0000L, 123_456_789), ZoneOffset.UTC);

        ClusterStamp stamp = ClusterStamp.fresh(clock, 0x5_4321, new SecureRandom());

        assertEquals(0x6921_0000L << 32 | 123_456L << 12 | 0x321, stamp.identifier());
        assertEquals(32, stamp.nonce().remaining());
    }

    @ParameterizedTest
    @CsvSource({"14, 256, 288", "15, 256, 288", "16, 256, 288", "17, 256, 288", "18, 257, 292"})
    void changesIdentifierNonceAndChecksumOnly(int major, int nonceAt, int crcAt) throws IOException {
        byte[] before = write(crcAt, (short) 2);

        new ClusterStamp(0x8877665544332211L, ByteBuffer.wrap(NONCE)).apply(data, PostgresMajor.of(major));

        byte[] expected = before.clone();
        ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 0x8877665544332211L);
        System.arraycopy(NONCE, 0, expected, nonceAt, NONCE.length);
        putCrc(expected, crcAt);
        assertArrayEquals(expected, Files.readAllBytes(data.resolve("global/pg_control")));
        byte[] segment = new byte[8192];
        segment[2] = 2;
        System.arraycopy(HexFormat.of().parseHex("1122334455667788"), 0, segment, 24, 8);
        assertArrayEquals(segment, Files.readAllBytes(data.resolve("pg_wal/000000010000000000000001")));
    }

    @Test
    void refusesADamagedControlFile() throws IOException {
        write(288, (short) 2);

        var corrupt = assertThrows(CorruptFileException.class,
                () -> new ClusterStamp(1, ByteBuffer.wrap(NONCE)).apply(data, PostgresMajor.V18));

        assertEquals(292, corrupt.offset());
    }

    @Test
    void refusesASegmentWithoutALongHeader() throws IOException {
        write(292, (short) 0);

        assertThrows(CorruptFileException.class, () -> new ClusterStamp(1, ByteBuffer.wrap(NONCE)).apply(data, PostgresMajor.V18));
    }

    /** A control file of 0x5A bytes with a right checksum, and a segment of zeros but for its flags. */
    private byte[] write(int crcAt, short pageInfo) throws IOException {
        byte[] control = new byte[8192];
        Arrays.fill(control, 0, crcAt, (byte) 0x5A);
        putCrc(control, crcAt);
        Files.write(Files.createDirectory(data.resolve("global")).resolve("pg_control"), control);
        byte[] segment = new byte[8192];
        ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).putShort(2, pageInfo);
        Path wal = Files.createDirectories(data.resolve("pg_wal/archive_status")).getParent();
        Files.write(wal.resolve("000000010000000000000001"), segment);
        return control;
    }

    private static void putCrc(byte[] control, int at) {
        CRC32C crc = new CRC32C();
        crc.update(control, 0, at);
        ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) crc.getValue());
    }
}
