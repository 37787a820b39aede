package dev.neon.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.layer.ForkKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetadataFormatTest {
    private static final Path FILE = Path.of("metadata");

    private static ClusterMetadata full() {
        ClusterMetadata metadata = TestMetadata.of(18).tracking().metadata();
        metadata.advance(0x2000100, 0x2000180);
        metadata.checkPoint(new Lsn(0x2000028), new byte[88]);
        metadata.globalMap(new byte[] {1, 2, 3});
        metadata.extend(TestMetadata.fork(0), 999);
        metadata.extend(TestMetadata.fork(2), 0);
        metadata.create(new ForkKey(new RelFileLocator(1664, 0, 1262), 0));
        metadata.changeableDatabases().put(new DatabaseDirectory(1663, 1), new DatabaseFiles(true, new byte[] {7, 8}));
        metadata.changeableTablespaces().putAll(Map.of(16500, "", -5, "/är"));
        metadata.changeableTwoPhase().put(0x5000002F0L, new byte[] {1, 2});
        metadata.changeableOrigins().put(3, new Lsn(77));
        metadata.pages(Slru.XACT, new SlruPages(Slru.XACT, 32, 5));
        return metadata;
    }

    @Test
    void theWholeIsReadAsItWasWritten() {
        ClusterMetadata metadata = full();
        byte[] bytes = MetadataFormat.write(metadata);
        assertFalse(MetadataFormat.isDifference(bytes));
        ClusterMetadata read = MetadataFormat.read(FILE, bytes);
        assertArrayEquals(bytes, MetadataFormat.write(read));
        assertArrayEquals(bytes, MetadataFormat.write(metadata.copy()));
        assertEquals(metadata.lsn(), read.lsn());
        assertEquals(metadata.lastRecord(), read.lastRecord());
        assertEquals(metadata.counters(), read.counters());
        assertEquals(metadata.parameters(), read.parameters());
        assertEquals(metadata.identity(), read.identity());
        assertEquals(metadata.forks(), read.forks());
        assertEquals(1000, read.blocks(TestMetadata.fork(0)));
        assertEquals(metadata.databases(), read.databases());
        assertEquals(metadata.tablespaces(), read.tablespaces());
        assertEquals(metadata.origins(), read.origins());
        assertArrayEquals(metadata.twoPhase().get(0x5000002F0L), read.twoPhase().get(0x5000002F0L));
        assertEquals(List.of(new BlockRange(32, 37)), read.ranges(Slru.XACT.fork()));
        assertArrayEquals(SyntheticCheckpoint.controlFileInProduction(metadata),
                SyntheticCheckpoint.controlFileInProduction(read));
    }

    @Test
    void aDifferenceMakesOneOfTheOther() {
        ClusterMetadata parent = full();
        ClusterMetadata child = parent.copy();
        child.advance(0x3000000, 0x3000050);
        child.extend(TestMetadata.fork(0), 2000);
        child.sizes().remove(TestMetadata.fork(2));
        child.changeableDatabases().remove(new DatabaseDirectory(1663, 1));
        child.changeableTablespaces().remove(16500);
        child.changeableTwoPhase().clear();
        child.changeableTwoPhase().put(0x5000002F9L, new byte[] {3});
        child.changeableOrigins().put(3, new Lsn(78));
        child.pages(Slru.XACT).clear();
        byte[] before = MetadataFormat.write(parent);
        byte[] difference = MetadataFormat.writeDifference(child, parent);
        assertTrue(MetadataFormat.isDifference(difference));
        assertArrayEquals(MetadataFormat.write(child),
                MetadataFormat.write(MetadataFormat.readDifference(FILE, difference, parent)));
        assertArrayEquals(before, MetadataFormat.write(parent), "the parent stays");
        assertThrows(CorruptFileException.class, () -> MetadataFormat.readDifference(FILE, difference, child));
        assertThrows(CorruptFileException.class, () -> MetadataFormat.read(FILE, difference));
        assertEquals(1000, parent.blocks(TestMetadata.fork(0)));
    }

    /** Whatever bytes there are: metadata, or an error that says what is wrong. */
    @Test
    void damageIsToldOrHarmless() {
        byte[] bytes = MetadataFormat.write(full());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(CorruptFileException.class, () -> MetadataFormat.read(FILE, cut));
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                MetadataFormat.read(FILE, damaged);
            } catch (NeonException told) {
                // As it should.
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
    }
}
