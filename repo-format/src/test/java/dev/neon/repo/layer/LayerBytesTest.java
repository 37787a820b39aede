package dev.neon.repo.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of the files of a snapshot, written by hand. */
class LayerBytesTest {
    private static final NioFileSteps STEPS = new NioFileSteps();
    private static final ForkKey FORK = new ForkKey(new RelFileLocator(1663, 5, 16_384), 0);
    private static final int BLOCK = Section.BLOCKS + 7;

    @TempDir Path directory;

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    /** A page of zeros but for its LSN, pd_lower 24, pd_upper 8190, and two bytes at its end. */
    private static byte[] page(int lsn, int last) {
        byte[] page = new byte[PagePatch.PAGE];
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0).putInt(4, lsn).putShort(12, (short) 24)
                .putShort(14, (short) 8190).putShort(8190, (short) last);
        return page;
    }

    @Test
    void layer() throws IOException {
        LayerFile file;
        try (LayerWriter writer = new LayerWriter(STEPS, directory, new AtomicInteger(), LayerOptions.DEFAULT)) {
            writer.begin(Section.of(FORK, BLOCK));
            writer.version(BLOCK, 0x100, page(0x100, 0x0201));
            writer.version(BLOCK, 0x180, page(0x180, 0x0205));
            writer.base(page(1, 3));
            writer.version(BLOCK + 2, 0x140, page(2, 4));
            file = writer.finish().getFirst();
        }
        byte[] bytes = Files.readAllBytes(directory.resolve("layer-0001"));
        int frame = bytes.length - 8 - 8 - 28 - 32 - 24;
        Section section = Section.of(FORK, BLOCK);
        assertEquals(new LayerFile("layer-0001", bytes.length, CheckedFile.crc(bytes, 0, bytes.length),
                Optional.of(new LayerFile.Range(section, section))), file);
        assertArrayEquals(hex("4e454f4e 0100 0100"), Arrays.copyOf(bytes, 8));
        byte[] check = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(Frame.baseCheck(page(1, 3))).array();
        byte[] plain = hex("""
                07                                     3 entries, aligned
                00 03 01                               an image, a patch that sets the LSN, one to the parent's page
                00 00 02                               blocks
                1d 03 05                               lengths
                01 02                                  lengths of literals
                00 10 0f                               LSNs
                CHECK
                fe3f 00   04 00 f93f 00                operations
                05        02 04                        literals
                18 e63f 0000000000010000 00000000 1800 fe1f 00000000 00000000 0102
                """.replaceAll("  +[a-zA-Z3].*", "").replace("CHECK", HexFormat.of().formatHex(check)));
        byte[] found = new byte[1 << 17];
        long length = Zstd.decompressByteArray(found, 0, found.length, bytes, 8, frame);
        assertEquals(HexFormat.of().formatHex(plain), HexFormat.of().formatHex(found, 0, (int) length));
        ByteBuffer rest = ByteBuffer.allocate(8 + 28 + 32).order(ByteOrder.LITTLE_ENDIAN).putInt(1).putInt(1)
                .putInt(1663).putInt(5).putInt(16_384).putInt(0).putInt(1).putInt(0).putInt(1)
                .putInt(BLOCK).putLong(0x100).putLong(8).putInt(frame).putInt((int) length)
                .putInt(CheckedFile.crc(bytes, 8, frame));
        assertArrayEquals(rest.array(), Arrays.copyOfRange(bytes, 8 + frame, bytes.length - 24));
        ByteBuffer trailer = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(8 + frame)
                .putInt(CheckedFile.crc(rest.array(), 0, rest.capacity()));
        byte[] crcOf = ByteBuffer.allocate(20).put(bytes, 0, 8).put(trailer.array(), 0, 12).array();
        trailer.putInt(CheckedFile.crc(crcOf, 0, 20)).put("NEON end".getBytes(StandardCharsets.US_ASCII));
        assertArrayEquals(trailer.array(), Arrays.copyOfRange(bytes, bytes.length - 24, bytes.length));
    }

    @Test
    void metadata() throws IOException {
        byte[] content = "what a cluster is".repeat(100).getBytes(StandardCharsets.UTF_8);
        LayerFile file = MetadataFile.write(STEPS, directory, content);
        byte[] bytes = Files.readAllBytes(directory.resolve("metadata"));
        assertEquals(new LayerFile("metadata", bytes.length, CheckedFile.crc(bytes, 0, bytes.length)), file);
        assertArrayEquals(hex("4e454f4e 0200 0100 a4060000"), Arrays.copyOf(bytes, 12));
        assertArrayEquals(content, Zstd.decompress(Arrays.copyOfRange(bytes, 12, bytes.length - 24), 1700));
        assertArrayEquals(content, MetadataFile.read(directory));
    }

    @Test
    void manifest() throws IOException {
        SnapshotManifest manifest = new SnapshotManifest(18, Lsn.parse("0/15ECF68"),
                Optional.of(new SnapshotManifest.Parent(new TimelineId("ab".repeat(16)), Lsn.parse("0/14A1B20"))),
                SnapshotManifest.Versions.ALL,
                List.of(new LayerFile("layer-0001", 134_217_990, 0x77AA1B,
                        Optional.of(new LayerFile.Range(Section.parse("1663/5/1259.0:0"),
                                new Section(FORK, 2)))), new LayerFile("layer-0002", 7, -1)),
                new LayerFile("metadata", 48_213, 0x9F3C1B2C));
        manifest.write(STEPS, directory);
        assertEquals("""
                version: 1
                kind: delta
                postgres: 18
                lsn: 0/15ECF68
                parent: abababababababababababababababab 0/14A1B20
                versions: all
                metadata: metadata 48213 9f3c1b2c
                layer: layer-0001 134217990 0077aa1b 1663/5/1259.0:0 1663/5/16384.0:2
                layer: layer-0002 7 ffffffff
                checksum: cf4057d3
                """, Files.readString(directory.resolve("manifest")));
        assertEquals(manifest, SnapshotManifest.read(directory));
        SnapshotManifest folded = new SnapshotManifest(18, manifest.lsn(), manifest.parent(),
                Optional.of(Lsn.parse("0/15C0A98")), manifest.versions(), List.of(), manifest.metadata());
        Files.delete(directory.resolve("manifest"));
        folded.write(STEPS, directory);
        assertEquals("folded: 0/15C0A98", Files.readAllLines(directory.resolve("manifest")).get(5));
        assertEquals(folded, SnapshotManifest.read(directory));
    }

    /** A manifest with these lines and the checksum that belongs to them. */
    private SnapshotManifest manifestOf(String lines) throws IOException {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        Files.writeString(directory.resolve("manifest"), lines + "checksum: "
                + HexFormat.of().toHexDigits(CheckedFile.crc(bytes, 0, bytes.length)) + "\n");
        return SnapshotManifest.read(directory);
    }

    @Test
    void manifestsOfOthers() throws IOException {
        String image = "version: 1\nkind: image\npostgres: 14\nlsn: 0/10\nversions: last\nmetadata: metadata 3 00000000\n";
        SnapshotManifest read = manifestOf(image + "new: key\n");
        assertEquals(new SnapshotManifest(14, new Lsn(16), Optional.empty(), SnapshotManifest.Versions.LAST, List.of(),
                new LayerFile("metadata", 3, 0)), read);
        assertThrows(FormatTooNewException.class, () -> manifestOf(image.replace("version: 1", "version: 2")));
        for (String wrong : List.of("", image.replace("image", "delta"), image.replace("0/10", "16"),
                image.replace("last", "some"), image + "layer: ../x 1 00000000\n", image + "layer: a/b 1 00000000\n",
                image + "layer: .x 1 00000000\n", image + "layer: x 1\n", image + "layer: x y 00000000\n",
                image + "layer: x 1 00000000 1/2/3.0:0\n", image + "layer: x 1 00000000 1/2/3.0:0 1/2/3:0\n",
                image + "layer\n", image.replace("kind: image\n", ""), image.replace("1\n", "one\n"))) {
            assertThrows(CorruptFileException.class, () -> manifestOf(wrong), wrong);
        }
    }
}
