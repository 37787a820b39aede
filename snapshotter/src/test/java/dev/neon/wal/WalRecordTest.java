package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.postgres.PostgresMajor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bodies byte by byte. */
class WalRecordTest {
    private static final String RELATION = "7f060000 05000000 10400000".replace(" ", "");

    private static Optional<byte[]> parse(PostgresMajor major, String body) {
        return parsed(major, body).map(record -> record.main().rest());
    }

    private static Optional<WalRecord> parsed(PostgresMajor major, String body) {
        byte[] bytes = HexFormat.of().parseHex("00".repeat(WalRecordHeader.BYTES) + body.replace(" ", ""));
        WalRecord record = new WalRecord(major, (field, expected, found) -> {
            throw new AssertionError(found);
        });
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return record.headers().parse(buffer, 0, bytes.length) ? Optional.of(record) : Optional.empty();
    }

    @Test
    void shortAndLongMainData() {
        assertArrayEquals(new byte[] {1, 2, 3}, parse(PostgresMajor.V18, "ff 03 010203").orElseThrow());
        assertArrayEquals(new byte[] {1, 2, 3}, parse(PostgresMajor.V18, "fe 03000000 010203").orElseThrow());
        assertArrayEquals(new byte[0], parse(PostgresMajor.V18, "").orElseThrow());
    }

    @Test
    void originAndTopLevelTransactionArePassed() {
        assertArrayEquals(new byte[] {9}, parse(PostgresMajor.V14, "fd 0100 fc 07000000 ff 01 09").orElseThrow());
    }

    @Test
    void blocksArePassedWithTheirDataAndImages() {
        assertArrayEquals(new byte[] {9}, parse(PostgresMajor.V15, "00 20 0200" + RELATION + "01000000"
                + "01 a0 0100 02000000 ff 01 aaaa bb 09").orElseThrow());
        String image = "00 10 0000 0400 0400 %s" + RELATION + "01000000 ff 01 cccccccc 09";
        assertArrayEquals(new byte[] {9}, parse(PostgresMajor.V15, image.formatted("03")).orElseThrow());
        assertArrayEquals(new byte[] {9}, parse(PostgresMajor.V15, image.formatted("05 2000")).orElseThrow());
        assertArrayEquals(new byte[] {9}, parse(PostgresMajor.V14, image.formatted("03 2000")).orElseThrow());
    }

    @Test
    void flagsOfImagesThatAReleaseDoesNotHave() {
        String image = "00 10 0000 0400 0400 %s" + RELATION + "01000000 ff 01 cccccccc 09";
        for (PostgresMajor major : PostgresMajor.values()) {
            assertEquals(Optional.empty(), parse(major, image.formatted(major == PostgresMajor.V14 ? "09" : "21")));
            assertEquals(Optional.empty(), parse(major, image.formatted("81")));
        }
    }

    @Test
    void lengthsThatDoNotAddUp() {
        for (String body : new String[] {"00 10 0000 0400 1000 03" + RELATION + "01000000 cccccccc", "ff", "ff 04 010203", "ff 02 010203", "fe ffffffff 01", "30 ff 01 09", "00 20",
                "fd 01", "00 10 ffff 0400"}) {
            assertEquals(Optional.empty(), parse(PostgresMajor.V17, body), body);
        }
    }
}
