package dev.neon.repo.walindex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of the index, written by hand. */
class IndexPartTest {
    private static final int SEGMENT = 1 << 20;
    private static final long SYSTEM = 0x1122334455667788L;
    private static final Lsn START = new Lsn(0x10300000);
    private static final SegmentSummary SUMMARY = new SegmentSummary(START, 0x28, 0xF0000, 0xCAFEBABE, 1000, 70_000, 3,
            1, 500, 480, 470, 500, (1L << 32) + 740, (1L << 32) + 760);
    private static final SegmentDetails DETAILS = new SegmentDetails(
            List.of(new RestorePoint(START.plus(0x1000), START.plus(0x1068), 600, "v1")),
            List.of(new Restart(START.plus(0x2000), START.plus(0x2078), 590, Restart.Kind.SHUTDOWN_CHECKPOINT)),
            List.of(new TransactionPart((1L << 32) + 738, START.plus(0x28), 2, 300, true,
                    List.of(new RelationPart(new RelFileLocator(1663, 5, 16_384), 2, 200)), 7,
                    Optional.of(new TransactionEnding(START.plus(0x3000), START.plus(0x3040), 480, true, true,
                            List.of(new XidRun((1L << 32) + 739, 2), new XidRun((1L << 32) + 745, 1)))))));
    private static final String DETAILS_BYTES = """
            01  8020 68 b009 02 7631
            01  8040 78 13 00
            01  03 0f 28 02 ac02  01  ff0c 05 808001 02 c801  07
                8060 40 db01  02  02 02  08 01
            """.replaceAll("\\s", "");
    private static final String HEADER = """
            4e574958 0100 0100 0000301000000000 8877665544332211 00001000 01000000
            e402000001000000 f802000001000000 d601000000000000 f401000000000000 0400000000000000
            """.replaceAll("\\s", "");
    private static final String ROW = """
            28000000 00000f00 bebafeca e8030000 7011010000000000 03000000 01000000
            f401000000000000 e001000000000000 d601000000000000 f401000000000000 f802000001000000
            """.replaceAll("\\s", "");

    @TempDir Path directory;

    private static IndexPart part() {
        IndexPart part = new IndexPart(SYSTEM, SEGMENT, SUMMARY.xidBefore());
        part.add(SUMMARY, DETAILS);
        return part;
    }

    @Test
    void bytes() {
        byte[] details = HexFormat.of().parseHex(DETAILS_BYTES);
        ByteBuffer body = ByteBuffer.allocate(IndexPart.ROW + details.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(HexFormat.of().parseHex(ROW)).putInt(details.length).put(details);
        ByteBuffer file = ByteBuffer.allocate(IndexPartHeader.BYTES + body.capacity()).order(ByteOrder.LITTLE_ENDIAN)
                .put(HexFormat.of().parseHex(HEADER)).putInt(body.capacity())
                .putInt(crc(body.array(), body.capacity()));
        file.putInt(crc(file.array(), 80)).put(body.array());
        assertEquals(HexFormat.of().formatHex(file.array()), HexFormat.of().formatHex(part().toBytes()));
        IndexPart read = IndexPart.parse(directory, file.array());
        assertEquals(List.of(SUMMARY), read.summaries());
        assertEquals(DETAILS, read.details(0));
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    @Test
    void anyChangedByteIsNoticed() {
        byte[] whole = part().toBytes();
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            assertThrows(CorruptFileException.class, () -> IndexPart.parse(directory, damaged), "byte " + i);
            byte[] cut = Arrays.copyOf(whole, i);
            assertThrows(CorruptFileException.class, () -> IndexPart.parse(directory, cut), "cut to " + i);
        }
    }

    @Test
    void filesOfOthersCountAsMissing() throws Exception {
        ClusterIdentity identity = new ClusterIdentity(18, SYSTEM, SEGMENT, true, 1);
        Path removed = directory.resolve("removed/wal-index");
        assertThrows(StorageFailedException.class, () -> new WalIndexFiles(removed,
                new DurableFiles(new NioFileSteps()), identity).write(part()));
        assertFalse(Files.exists(removed.getParent()), "a timeline that was removed came back");
        WalIndexFiles files = new WalIndexFiles(directory, new DurableFiles(new NioFileSteps()), identity);
        assertEquals(List.of(), files.headers());
        files.write(part());
        assertEquals("0000000010000000", Files.list(directory).findFirst().orElseThrow().getFileName().toString());
        assertEquals(List.of(part().header()), files.headers());
        assertTrue(files.read(START).isPresent());
        assertTrue(files.read(START.plus(200L * SEGMENT)).isPresent(), "it would be in the same file");
        assertTrue(files.read(START.plus(300L * SEGMENT)).isEmpty());
        ClusterIdentity other = new ClusterIdentity(18, SYSTEM + 1, SEGMENT, true, 1);
        assertEquals(List.of(), new WalIndexFiles(directory, new DurableFiles(new NioFileSteps()), other).headers());
        Files.copy(directory.resolve("0000000010000000"), directory.resolve("0000000020000000"));
        Files.writeString(directory.resolve("0000000030000000"), "NWIX");
        assertEquals(List.of(part().header()), files.headers());
    }

    @Test
    void onlyTheNextSegmentFits() {
        IndexPart part = part();
        assertThrows(IllegalArgumentException.class, () -> part.add(SUMMARY, DETAILS));
    }
}
