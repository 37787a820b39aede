package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again, whatever it is, and however it falls into frames and files. */
class LayerPropertiesTest {
    private static final NioFileSteps STEPS = new NioFileSteps();

    /** Versions of one page by their LSN, and what the parent has of it. */
    private record History(Optional<byte[]> base, TreeMap<Long, byte[]> versions) {}

    @Property(tries = 60)
    void everyVersionIsFound(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Map<Section, TreeMap<Integer, History>> model = model(random);
        Path directory = Files.createTempDirectory("neon-layers");
        try (LayerCache cache = new LayerCache(random.nextBoolean() ? 0 : 1 << 20)) {
            SnapshotLayers layers = write(random, model, directory, cache);
            assertEquals(List.copyOf(model.keySet()), layers.sections());
            for (Section section : model.keySet()) {
                checkPages(random, layers, section, model.get(section));
                checkScan(random, layers, section, model.get(section));
            }
        } finally {
            new DurableFiles(STEPS).deleteTree(directory);
        }
    }

    @Test
    void readersInSeveralThreads(@TempDir Path directory) {
        Random random = new Random(11);
        Map<Section, TreeMap<Integer, History>> model = model(random);
        // A cache this small forgets frames while others still read them.
        try (LayerCache cache = new LayerCache(200_000)) {
            SnapshotLayers layers = write(random, model, directory, cache);
            IntStream.range(0, 16).parallel().forEach(seed -> model.forEach((section, blocks) -> {
                checkPages(new Random(seed), layers, section, blocks);
                checkScan(new Random(seed), layers, section, blocks);
            }));
            assertTrue(cache.bytes() <= 200_000, cache.bytes() + " bytes");
        }
    }

    @Test
    void allVersions(@TempDir Path directory) {
        Random random = new Random(12);
        Map<Section, TreeMap<Integer, History>> model = model(random);
        try (LayerCache cache = new LayerCache(0)) {
            SnapshotLayers layers = write(random, model, directory, cache);
            model.forEach((section, blocks) -> {
                try (SectionCursor cursor = layers.versions(section)) {
                    blocks.forEach((block, history) -> history.versions().entrySet().forEach(version -> {
                        assertTrue(cursor.next());
                        assertEquals(block, cursor.block());
                        check(version, history, cursor);
                    }));
                    assertFalse(cursor.next());
                    assertThrows(IllegalStateException.class, cursor::block);
                }
            });
            assertFalse(layers.versions(new Section(new ForkKey(new RelFileLocator(9, 9, 9), 0), 0)).next());
        }
    }

    @Test
    void layersOfOtherSectionsAreNotOpened(@TempDir Path directory) throws IOException {
        List<LayerFile> files;
        List<Section> sections = new ArrayList<>();
        try (LayerWriter writer = new LayerWriter(STEPS, directory, new AtomicInteger(),
                new LayerOptions(1, 1 << 14, 1))) {
            for (int relation = 1; relation <= 3; relation++) {
                Section section = Section.of(new ForkKey(new RelFileLocator(1663, 5, relation), 0), 0);
                sections.add(section);
                writer.begin(section);
                writer.version(0, 1, new byte[PAGE]);
            }
            files = writer.finish();
        }
        assertEquals(3, files.size());
        Files.delete(directory.resolve("layer-0001"));
        Files.delete(directory.resolve("layer-0003"));
        try (LayerCache cache = new LayerCache(0)) {
            SnapshotLayers layers = SnapshotLayers.open(directory, manifest(files), cache);
            assertTrue(layers.newest(sections.get(1).fork(), 0, 1).isPresent());
            assertThrows(StorageFailedException.class, () -> layers.newest(sections.get(0).fork(), 0, 1));
        }
    }

    @Test
    void orderIsKept(@TempDir Path directory) {
        ForkKey fork = new ForkKey(new RelFileLocator(1663, 5, 1), 0);
        byte[] page = new byte[PAGE];
        try (LayerWriter writer = new LayerWriter(STEPS, directory, new AtomicInteger(), LayerOptions.DEFAULT)) {
            assertThrows(IllegalArgumentException.class, () -> writer.version(0, 1, page));
            writer.begin(new Section(fork, 0));
            assertThrows(IllegalArgumentException.class, () -> writer.version(Section.BLOCKS, 1, page));
            assertThrows(IllegalArgumentException.class, () -> writer.version(0, 1, new byte[1]));
            assertThrows(IllegalArgumentException.class, () -> writer.version(0, -1, page));
            writer.version(5, 7, page);
            assertThrows(IllegalArgumentException.class, () -> writer.version(5, 7, page));
            assertThrows(IllegalArgumentException.class, () -> writer.version(4, 8, page));
            writer.base(page);
            assertThrows(IllegalArgumentException.class, () -> writer.version(5, 8, page));
            writer.version(6, 1, page);
            writer.begin(new Section(fork, 1));
            assertEquals(1, writer.finish().size());
            assertThrows(IllegalArgumentException.class, () -> writer.version(Section.BLOCKS, 1, page));
        }
    }

    private static Map<Section, TreeMap<Integer, History>> model(Random random) {
        TreeMap<Section, TreeMap<Integer, History>> model = new TreeMap<>();
        int sections = 1 + random.nextInt(6);
        for (int i = 0; i < sections; i++) {
            Section section = new Section(new ForkKey(new RelFileLocator(random.nextInt(3) - 1, random.nextInt(2),
                    random.nextInt()), random.nextInt(4)), random.nextInt(random.nextBoolean() ? 2 : 1 << 15));
            TreeMap<Integer, History> blocks = new TreeMap<>(Integer::compareUnsigned);
            int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 150 : 10);
            for (int j = 0; j < count; j++) {
                int block = section.firstBlock() + random.nextInt(random.nextBoolean() ? 200 : Section.BLOCKS);
                blocks.put(block, history(random));
            }
            model.put(section, blocks);
        }
        return model;
    }

    private static History history(Random random) {
        PageHistory page = new PageHistory(random);
        Optional<byte[]> base = random.nextBoolean() ? Optional.empty() : Optional.of(page.page().clone());
        TreeMap<Long, byte[]> versions = new TreeMap<>();
        int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 1000 : 10);
        long lsn = random.nextLong(1L << random.nextInt(63));
        for (int i = 0; i < count; i++) {
            page.change();
            if (random.nextInt(4) > 0) {
                page.stamp(lsn);
            }
            versions.put(lsn, page.page().clone());
            lsn += 1 + random.nextInt(1 << random.nextInt(20));
        }
        return new History(base, versions);
    }

    private static SnapshotLayers write(Random random, Map<Section, TreeMap<Integer, History>> model, Path directory,
            LayerCache cache) {
        LayerOptions options = new LayerOptions(1, (16 << 10) + random.nextInt(112 << 10),
                1 + random.nextInt(1 << random.nextInt(22)));
        List<Section> order = new ArrayList<>(model.keySet());
        Collections.shuffle(order, random);
        List<LayerFile> files;
        try (LayerWriter writer = new LayerWriter(STEPS, directory, new AtomicInteger(), options)) {
            for (Section section : order) {
                writer.begin(section);
                model.get(section).forEach((block, history) -> {
                    history.base().ifPresent(writer::base);
                    history.versions().forEach((lsn, page) -> writer.version(block, lsn, page));
                });
            }
            files = writer.finish();
        }
        return SnapshotLayers.open(directory, manifest(files), cache);
    }

    private static SnapshotManifest manifest(List<LayerFile> layers) {
        return new SnapshotManifest(18, new Lsn(1), Optional.empty(), SnapshotManifest.Versions.ALL, layers,
                new LayerFile("metadata", 0, 0));
    }

    private static void checkPages(Random random, SnapshotLayers layers, Section section,
            TreeMap<Integer, History> blocks) {
        for (int i = 0; i < 100; i++) {
            int block = random.nextInt(4) > 0 ? new ArrayList<>(blocks.keySet()).get(random.nextInt(blocks.size()))
                    : section.firstBlock() + random.nextInt(Section.BLOCKS);
            History history = blocks.get(block);
            if (history == null) {
                assertTrue(layers.newest(section.fork(), block, Long.MAX_VALUE).isEmpty());
            } else {
                long lsn = Math.max(0, random.nextInt(3) - 1
                        + new ArrayList<>(history.versions().keySet()).get(random.nextInt(history.versions().size())));
                Map.Entry<Long, byte[]> expected = history.versions().floorEntry(lsn);
                Optional<PageVersion> found = layers.newest(section.fork(), block, lsn);
                assertEquals(expected != null, found.isPresent());
                found.ifPresent(version -> check(expected, history, version));
            }
        }
    }

    private static void check(Map.Entry<Long, byte[]> expected, History history, PageVersion version) {
        assertEquals(expected.getKey(), version.lsn());
        assertFalse(history.base().isEmpty() && version.needsBase(), "a page without a base needs one");
        byte[] page = version.needsBase() ? history.base().orElseThrow().clone() : new byte[PAGE];
        version.rebuild(page);
        assertArrayEquals(expected.getValue(), page);
    }

    private static void checkScan(Random random, SnapshotLayers layers, Section section,
            TreeMap<Integer, History> blocks) {
        long lsn = random.nextBoolean() ? Long.MAX_VALUE
                : blocks.firstEntry().getValue().versions().firstKey() + random.nextInt(100_000);
        try (SectionCursor cursor = layers.scan(section, lsn)) {
            blocks.forEach((block, history) -> {
                Map.Entry<Long, byte[]> expected = history.versions().floorEntry(lsn);
                if (expected != null) {
                    assertTrue(cursor.next());
                    assertEquals(block, cursor.block());
                    check(expected, history, cursor);
                }
            });
            assertFalse(cursor.next());
        }
        checkPartialScan(random, layers, section, blocks, lsn);
    }

    /** From the middle on, and from there past some blocks at a time. */
    private static void checkPartialScan(Random random, SnapshotLayers layers, Section section,
            TreeMap<Integer, History> blocks, long lsn) {
        int from = random.nextBoolean() ? new ArrayList<>(blocks.keySet()).get(random.nextInt(blocks.size()))
                : section.firstBlock() + random.nextInt(blocks.lastKey() - section.firstBlock() + 2);
        int most = random.nextBoolean() ? 1 : 1 + random.nextInt(blocks.lastKey() - section.firstBlock() + 1);
        int next = from;
        try (SectionCursor cursor = layers.scan(section, from, lsn)) {
            while (true) {
                boolean seeks = random.nextBoolean();
                next += seeks ? random.nextInt(most) : 0;
                Map.Entry<Integer, History> expected = blocks.ceilingEntry(next);
                while (expected != null && expected.getValue().versions().floorEntry(lsn) == null) {
                    expected = blocks.higherEntry(expected.getKey());
                }
                boolean found = seeks ? cursor.seek(next) : cursor.next();
                assertEquals(expected != null, found);
                if (expected == null) {
                    return;
                }
                assertEquals(expected.getKey(), cursor.block());
                check(expected.getValue().versions().floorEntry(lsn), expected.getValue(), cursor);
                next = cursor.block() + 1;
            }
        }
    }
}
