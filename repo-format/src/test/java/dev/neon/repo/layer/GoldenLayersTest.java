package dev.neon.repo.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Reads the snapshots in {@code testdata/layers}, which the first version of the format wrote. */
class GoldenLayersTest {
    private static final Path GOLDEN = Path.of("../testdata/layers/version1");
    private static final ForkKey TABLE = new ForkKey(new RelFileLocator(1663, 5, 16_384), 0);
    private static final ForkKey XACT = new ForkKey(new RelFileLocator(0, 0, 1), 0);
    private static final int[] BLOCKS = {0, 1, 5, Section.BLOCKS - 1, Section.BLOCKS};
    private static final SnapshotManifest.Parent PARENT =
            new SnapshotManifest.Parent(new TimelineId("76cf9279915be7797095241638e64644"), Lsn.parse("0/1000000"));

    /** What the file {@code pages} lists: a version of a page and its checksum. */
    private record Line(ForkKey fork, int block, long lsn, String checksum) {}

    @Test
    void version1() throws IOException {
        SnapshotManifest image = SnapshotManifest.read(GOLDEN.resolve("image"));
        SnapshotManifest delta = SnapshotManifest.read(GOLDEN.resolve("delta"));
        assertTrue(image.isImage());
        assertEquals(17, image.major());
        assertEquals(Optional.of(PARENT), delta.parent());
        assertEquals(SnapshotManifest.Versions.ALL, delta.versions());
        assertArrayEquals("the state of an image\n".getBytes(StandardCharsets.UTF_8),
                MetadataFile.read(GOLDEN.resolve("image")));
        try (LayerCache cache = new LayerCache(1 << 20)) {
            SnapshotLayers images = SnapshotLayers.open(GOLDEN.resolve("image"), image, cache);
            SnapshotLayers deltas = SnapshotLayers.open(GOLDEN.resolve("delta"), delta, cache);
            assertEquals(List.of(Section.of(XACT, 0), Section.of(TABLE, 0), Section.of(TABLE, Section.BLOCKS)),
                    images.sections());
            for (String text : Files.readAllLines(GOLDEN.resolve("pages"))) {
                Line line = line(text);
                byte[] page = new byte[PagePatch.PAGE];
                Optional<PageVersion> changed = deltas.newest(line.fork(), line.block(), line.lsn());
                if (changed.isEmpty() || changed.get().needsBase()) {
                    images.newest(line.fork(), line.block(), line.lsn()).orElseThrow().rebuild(page);
                }
                changed.ifPresent(version -> version.rebuild(page));
                assertEquals(line.checksum(), CheckedFile.hex(CheckedFile.crc(page, 0, page.length)), text);
            }
        }
    }

    private static Line line(String text) {
        String[] fields = text.split(" ");
        return new Line(fields[0].equals(TABLE.toString()) ? TABLE : XACT, Integer.parseInt(fields[1]),
                Lsn.parse(fields[2]).value(), fields[3]);
    }

    /**
     * Writes them. For the next version: copy this class, change the directory, and run
     * {@code mvn test -pl repo-format -Dtest=GoldenLayersTest -Dneon.golden=write}.
     */
    @Test
    @EnabledIfSystemProperty(named = "neon.golden", matches = "write")
    void write() throws IOException {
        assertFalse(Files.exists(GOLDEN), "a golden file is never changed");
        Files.createDirectories(GOLDEN.resolve("image"));
        Files.createDirectories(GOLDEN.resolve("delta"));
        NioFileSteps steps = new NioFileSteps();
        StringBuilder pages = new StringBuilder();
        Random random = new Random(1);
        try (LayerWriter image = new LayerWriter(steps, GOLDEN.resolve("image"), new AtomicInteger(),
                LayerOptions.DEFAULT);
                LayerWriter delta = new LayerWriter(steps, GOLDEN.resolve("delta"), new AtomicInteger(),
                        new LayerOptions(7, 32 << 10, 4 << 10))) {
            for (ForkKey fork : List.of(TABLE, XACT)) {
                int segment = -1;
                for (int block : fork == TABLE ? BLOCKS : new int[] {3}) {
                    if (Section.segmentOf(block) != segment) {
                        image.begin(Section.of(fork, block));
                        delta.begin(Section.of(fork, block));
                        segment = Section.segmentOf(block);
                    }
                    write(fork, block, image, delta, pages, random);
                }
            }
            finish(steps, "image", image, PARENT.lsn(), Optional.empty(), SnapshotManifest.Versions.LAST);
            finish(steps, "delta", delta, Lsn.parse("0/3000000"), Optional.of(PARENT), SnapshotManifest.Versions.ALL);
        }
        Files.writeString(GOLDEN.resolve("pages"), pages);
    }

    private static void write(ForkKey fork, int block, LayerWriter image, LayerWriter delta, StringBuilder pages,
            Random random) {
        PageHistory history = new PageHistory(random);
        for (int i = 0; i < 40; i++) {
            history.change();
        }
        long lsn = PARENT.lsn().value();
        if (block != BLOCKS[2]) {
            image.version(block, lsn, history.page());
            note(fork, block, lsn, history, pages);
            delta.base(history.page());
        }
        int versions = block == 0 ? 0 : block == 1 ? 300 : 5;
        for (int i = 0; i < versions; i++) {
            lsn += 8 * random.nextInt(1, 1000);
            history.change();
            history.stamp(lsn);
            delta.version(block, lsn, history.page());
            note(fork, block, lsn, history, pages);
        }
    }

    private static void note(ForkKey fork, int block, long lsn, PageHistory history, StringBuilder pages) {
        pages.append(fork).append(' ').append(block).append(' ').append(new Lsn(lsn)).append(' ')
                .append(CheckedFile.hex(CheckedFile.crc(history.page(), 0, PagePatch.PAGE))).append('\n');
    }

    private static void finish(NioFileSteps steps, String kind, LayerWriter writer, Lsn lsn,
            Optional<SnapshotManifest.Parent> parent, SnapshotManifest.Versions versions) {
        List<LayerFile> files = writer.finish();
        LayerFile metadata = MetadataFile.write(steps, GOLDEN.resolve(kind),
                ("the state of an " + kind + "\n").getBytes(StandardCharsets.UTF_8));
        new SnapshotManifest(17, lsn, parent, versions, files, metadata).write(steps, GOLDEN.resolve(kind));
    }
}
