package dev.neon.repo.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written: a page is right or it is refused. */
class LayerDamageTest {
    private static final ForkKey FIRST = new ForkKey(new RelFileLocator(1663, 5, 16_384), 0);
    private static final ForkKey SECOND = new ForkKey(new RelFileLocator(0, 0, 1), 0);
    private static final int BLOCKS = 6;
    private static final LayerOptions SMALL = new LayerOptions(3, 16 << 10, 1 << 20);
    private static final byte[] BASE = new byte[PagePatch.PAGE];

    @TempDir Path directory;

    /** Writes a small layer with several frames; returns the newest page of each block, first those of the first fork. */
    private static List<byte[]> write(LayerWriter writer) {
        Random random = new Random(7);
        List<byte[]> pages = new ArrayList<>();
        for (ForkKey fork : List.of(FIRST, SECOND)) {
            writer.begin(Section.of(fork, 0));
            for (int block = 0; block < BLOCKS; block++) {
                PageHistory history = new PageHistory(random);
                for (int i = 0; i < 20; i++) {
                    history.change();
                }
                if (block % 2 == 0) {
                    writer.base(BASE);
                }
                for (int lsn = 1; lsn < 60; lsn++) {
                    history.change();
                    history.stamp(lsn);
                    writer.version(block, lsn, history.page());
                }
                pages.add(history.page().clone());
            }
        }
        return pages;
    }

    private static Path write(Path directory, List<byte[]> pages) {
        try (LayerWriter writer = new LayerWriter(new NioFileSteps(), directory, new AtomicInteger(), SMALL)) {
            pages.addAll(write(writer));
            return directory.resolve(writer.finish().getFirst().name());
        }
    }

    /** Reads all pages; how many are as they were written, the others being refused. */
    private static int read(Path file, List<byte[]> pages) {
        int right = 0;
        try (LayerCache cache = new LayerCache(1 << 20)) {
            LayerReader reader = LayerReader.open(file, cache);
            for (int i = 0; i < 2 * BLOCKS; i++) {
                byte[] page = BASE.clone();
                try {
                    Optional<PageVersion> version = reader.newest(i < BLOCKS ? FIRST : SECOND, i % BLOCKS, 100);
                    version.orElseThrow().rebuild(page);
                    assertArrayEquals(pages.get(i), page);
                    right++;
                } catch (CorruptFileException refused) {
                    assertEquals(file, refused.path());
                }
            }
        } catch (CorruptFileException refused) {
            assertEquals(file, refused.path());
        }
        return right;
    }

    @Test
    void anyChangedByteIsNoticed() throws IOException {
        List<byte[]> pages = new ArrayList<>();
        Path file = write(directory, pages);
        assertEquals(2 * BLOCKS, read(file, pages));
        byte[] whole = Files.readAllBytes(file);
        int frames = LayerIndex.read(file).frames();
        assertTrue(frames > 2, frames + " frames of " + whole.length + " bytes");
        int index = (int) CheckedFile.read(file, CheckedFile.Kind.LAYER).start();
        // Within frames some bytes will do.
        for (int i = 0; i < whole.length; i += i >= 8 && i < index - 20 ? 19 : 1) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Files.write(file, damaged);
            int right = read(file, pages);
            assertTrue(right < 2 * BLOCKS, "byte " + i + " is not noticed");
        }
        for (int length = 0; length < whole.length; length += 1 + length / 50) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertEquals(0, read(file, pages), "cut to " + length);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertEquals(0, read(file, pages));
    }

    @Test
    void aDamagedFrameTakesOnlyItsPagesAlong() throws IOException {
        List<byte[]> pages = new ArrayList<>();
        Path file = write(directory, pages);
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
        int right = read(file, pages);
        assertTrue(right >= BLOCKS && right < 2 * BLOCKS, right + " are right");
        try (LayerCache cache = new LayerCache(0)) {
            LayerReader reader = LayerReader.open(file, cache);
            List<LayerDamage> damages = new ArrayList<>();
            reader.check(damages::add);
            assertEquals(1, damages.size());
            assertEquals(new Section(FIRST, 0), damages.getFirst().section());
            assertEquals(0, damages.getFirst().from());
            CorruptFileException refused = assertThrows(CorruptFileException.class, () -> reader.newest(FIRST, 0, 1));
            assertEquals(8, refused.offset());
            assertTrue(refused.expected().startsWith("a frame of 1663/5/16384.0 from block 0 on, with checksum 0x"),
                    refused.expected());
        }
    }

    @Test
    void anotherBaseIsRefused() throws IOException {
        try (LayerWriter writer = new LayerWriter(new NioFileSteps(), directory, new AtomicInteger(), SMALL)) {
            writer.begin(Section.of(FIRST, 0));
            writer.base(BASE);
            byte[] page = BASE.clone();
            page[100] = 1;
            writer.version(0, 5, page);
            writer.finish();
        }
        try (LayerCache cache = new LayerCache(0)) {
            PageVersion version =
                    LayerReader.open(directory.resolve("layer-0001"), cache).newest(FIRST, 0, 5).orElseThrow();
            assertTrue(version.needsBase());
            byte[] other = BASE.clone();
            other[200] = 1;
            assertThrows(CorruptFileException.class, () -> version.rebuild(other));
            version.rebuild(BASE.clone());
        }
    }

    @Test
    void anyChangedByteOfMetadataAndManifest() throws IOException {
        LayerFile metadata = MetadataFile.write(new NioFileSteps(), directory, "0123456789".repeat(9)
                .getBytes(StandardCharsets.UTF_8));
        new SnapshotManifest(18, new Lsn(5), Optional.empty(), SnapshotManifest.Versions.LAST, List.of(metadata),
                metadata).write(new NioFileSteps(), directory);
        for (String name : List.of(MetadataFile.NAME, SnapshotManifest.NAME)) {
            Path file = directory.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < whole.length; i++) {
                byte[] damaged = whole.clone();
                damaged[i] ^= (byte) (1 << i % 8);
                Files.write(file, damaged);
                assertThrows(CorruptFileException.class, () -> readEither(name), name + " byte " + i);
                Files.write(file, Arrays.copyOf(whole, i));
                assertThrows(CorruptFileException.class, () -> readEither(name), name + " cut to " + i);
            }
            Files.write(file, whole);
        }
    }

    private void readEither(String name) {
        if (name.equals(MetadataFile.NAME)) {
            MetadataFile.read(directory);
        } else {
            SnapshotManifest.read(directory);
        }
    }

    @Test
    void aFileOfAnotherSizeThanTheManifestSays() throws IOException {
        List<byte[]> pages = new ArrayList<>();
        Path file = write(directory, pages);
        SnapshotManifest manifest = new SnapshotManifest(18, new Lsn(5), Optional.empty(),
                SnapshotManifest.Versions.LAST, List.of(new LayerFile("layer-0001", Files.size(file) + 1, 0)),
                new LayerFile("metadata", 0, 0));
        try (LayerCache cache = new LayerCache(0)) {
            SnapshotLayers layers = SnapshotLayers.open(directory, manifest, cache);
            assertThrows(CorruptFileException.class, layers::sections);
            Files.delete(file);
            assertThrows(StorageFailedException.class, layers::sections);
        }
    }

    /** Frames and indexes with the right checksums, as somebody with bad intent would make them. */
    @Property(tries = 100)
    void hostileFiles(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = Files.createTempDirectory("neon-layers");
        Path file = write(directory, new ArrayList<>());
        try (LayerCache cache = new LayerCache(1 << 20)) {
            LayerIndex index = LayerIndex.read(file);
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < 20; i++) {
                Files.write(file, random.nextBoolean() ? withFrame(index, whole, random)
                        : withIndex(index, whole, random));
                readAnything(file, cache, random);
            }
        } finally {
            Files.delete(file);
            Files.delete(directory);
        }
    }

    private static void readAnything(Path file, LayerCache cache, Random random) {
        try {
            LayerReader reader = LayerReader.open(file, cache);
            for (Section section : reader.sections()) {
                byte[] page = new byte[PagePatch.PAGE];
                try {
                    reader.newest(section.fork(), section.firstBlock() + random.nextInt(BLOCKS), random.nextInt(20))
                            .ifPresent(version -> version.rebuild(page));
                } catch (CorruptFileException refused) {
                    assertEquals(file, refused.path());
                }
                try (SectionCursor cursor = reader.scan(section, random.nextInt(20))) {
                    while (cursor.next()) {
                        cursor.rebuild(page);
                    }
                }
            }
            reader.check(damage -> assertEquals(file, damage.cause().path()));
        } catch (CorruptFileException refused) {
            assertEquals(file, refused.path());
        }
    }

    /** Changes a few bytes of one frame's beginning, where the numbers are. */
    private static byte[] withFrame(LayerIndex index, byte[] whole, Random random) {
        int changed = random.nextInt(index.frames());
        LayerIndexBuilder rows = new LayerIndexBuilder();
        ByteBuffer file = ByteBuffer.allocate(1 << 20).put(CheckedFile.header(CheckedFile.Kind.LAYER));
        for (int row = 0; row < index.sections(); row++) {
            for (int i = 0; i < index.frameCount(row); i++) {
                int number = index.firstFrame(row) + i;
                byte[] frame = Arrays.copyOfRange(whole, (int) index.offset(number),
                        (int) index.offset(number) + index.length(number));
                int size = index.size(number);
                if (number == changed) {
                    byte[] plain = new byte[size];
                    Zstd.decompressByteArray(plain, 0, size, frame, 0, frame.length);
                    for (int j = 0; j < 3; j++) {
                        plain[random.nextInt(1 + random.nextInt(size))] = (byte) random.nextInt();
                    }
                    frame = Zstd.compress(plain, 1);
                }
                rows.add(index.section(row), index.block(number), index.lsn(number), file.position(), frame.length,
                        size, CheckedFile.crc(frame, 0, frame.length));
                file.put(frame);
            }
        }
        return seal(file, rows.build());
    }

    private static byte[] withIndex(LayerIndex index, byte[] whole, Random random) {
        int last = index.frames() - 1;
        int start = (int) index.offset(last) + index.length(last);
        byte[] rows = Arrays.copyOfRange(whole, start, whole.length - CheckedFile.TRAILER);
        int at = random.nextInt(rows.length);
        if (random.nextBoolean()) {
            rows[at] = (byte) random.nextInt();
        } else {
            ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN).putInt(at & ~3, random.nextInt() >> random.nextInt(32));
        }
        return seal(ByteBuffer.allocate(1 << 20).put(whole, 0, start), rows);
    }

    private static byte[] seal(ByteBuffer file, byte[] index) {
        file.put(index).put(CheckedFile.trailer(CheckedFile.Kind.LAYER, file.position() - index.length, index));
        return Arrays.copyOf(file.array(), file.position());
    }

    @Test
    void failuresOfTheDiskAreReported() throws IOException {
        LayerOptions tiny = new LayerOptions(1, 16 << 10, 1);
        FaultyFileSteps none = new FaultyFileSteps(directory);
        assertTrue(filesOf(none, tiny) > 1);
        assertFalse(none.steps() < 2);
        for (int step = 1; step <= none.steps(); step++) {
            for (Path file : Directories.list(directory)) {
                Files.delete(file);
            }
            int failing = step;
            StorageFailedException failure = assertThrows(StorageFailedException.class,
                    () -> filesOf(new FaultyFileSteps(directory).failAt(failing), tiny));
            assertEquals(directory, failure.path().getParent());
        }
    }

    private int filesOf(FaultyFileSteps steps, LayerOptions options) {
        try (LayerWriter writer = new LayerWriter(steps, directory, new AtomicInteger(), options)) {
            write(writer);
            return writer.finish().size();
        }
    }
}
