package dev.neon.slice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.PageVersion;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotLayers;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.repo.progress.Progress;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.FreshMetadata;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories, cut into images, deltas and folds at random, beside a plain model: pages and sizes at each snapshot,
 * at points after it, and at each LSN within deltas that have all versions.
 */
class SliceTest {
    private static final NioFileSteps STEPS = new NioFileSteps();
    private static final TimelineId TIMELINE = new TimelineId("ab".repeat(16));
    /** Small frames and files, so that sections have several. */
    private static final LayerOptions OPTIONS = new LayerOptions(1, 1 << 15, 1 << 16);

    @TempDir
    Path directory;

    @Test
    void randomHistories() throws Exception {
        List<Told> told = new ArrayList<>();
        for (long seed = 1; seed <= 4; seed++) {
            told.add(run(seed, 120));
        }
        assertTrue(told.stream().mapToInt(Told::times).sum() > 20, told::toString);
        assertTrue(told.stream().mapToInt(Told::offered).sum() > 30, told::toString);
        assertTrue(told.stream().mapToInt(Told::changed).sum() > 5, told::toString);
    }

    @Test
    @Tag("nightly")
    void manyRandomHistories() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + 300; seed++) {
            run(seed, 50 + (int) (seed & 255));
        }
    }

    /**
     * How often it was known what has changed since an older state.
     *
     * @param offered pages that were at hand as they were then
     * @param changed pages that were at hand, but not as they were
     */
    private record Told(int times, int offered, int changed) {}

    private Told run(long seed, int records) throws Exception {
        Path place = Files.createDirectory(directory.resolve("seed" + seed));
        try {
            return new Run(new Random(seed), records, place).run();
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("seed " + seed + ", " + records + " records: " + failure.getMessage(), failure);
        }
    }

    /** One history. */
    private static final class Run {
        private final Random random;
        private final RandomHistory history;
        private final Path place;
        private final WalSource wal;
        private final List<Lsn> ends;
        private final ParallelWork parallel;
        private final Slicer slicer;
        /** How often it was known what has changed. */
        private int told;
        private int offered;
        private int tampered;

        Run(Random random, int records, Path place) throws Exception {
            this.random = random;
            this.history = new RandomHistory(random, records);
            this.place = place;
            this.wal = history.wal().source(place.resolve("wal"));
            this.ends = List.copyOf(history.states().keySet());
            this.parallel = new ParallelWork(1 + random.nextInt(2));
            this.slicer = new Slicer(STEPS, OPTIONS, parallel);
        }

        Told run() throws Exception {
            Lsn at = ends.getFirst();
            image(new Nothing(FreshMetadata.at(RandomHistory.MAJOR, at)));
            while (!at.equals(ends.getLast())) {
                int next = ends.indexOf(at) + 1;
                Lsn to = ends.get(next + random.nextInt(Math.min(ends.size() - next, 25)));
                int most = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : BlockIndex.MOST_PLACES;
                at = step(at, to, most);
                try (LayerCache cache = new LayerCache(100_000)) {
                    SnapshotPages pages = open(at, cache);
                    check(pages, at);
                    checkAfter(pages, at);
                }
                checkVersions(at);
            }
            return new Told(told, offered, tampered);
        }

        private Path directory(Lsn at) {
            return place.resolve(at.toFileName());
        }

        private SnapshotPages open(Lsn at, LayerCache cache) {
            return SnapshotPages.open(directory(at), parent -> directory(parent.lsn()), cache);
        }

        private static SnapshotManifest.Parent parent(Lsn at) {
            return new SnapshotManifest.Parent(TIMELINE, at);
        }

        private void image(PageSource pages) throws Exception {
            Path made = Files.createDirectory(directory(pages.metadata().lsn()));
            new ImageWriter(STEPS, OPTIONS, parallel, Progress.NONE).write(pages, made);
        }

        /** Makes a snapshot on the one before, of any kind; says where it came to be. */
        private Lsn step(Lsn at, Lsn to, int most) throws Exception {
            try (LayerCache cache = new LayerCache(100_000)) {
                SnapshotPages before = open(at, cache);
                BlockIndex index = IndexWalk.walk(wal, before.metadata(), to, most);
                assertTrue(index.to().equals(to) || most < BlockIndex.MOST_PLACES && index.to().isBefore(to));
                int kind = random.nextInt(10);
                if (kind == 0) {
                    try (TailPages pages = new TailPages(before, index)) {
                        image(pages);
                    }
                    return index.to();
                }
                Path made = Files.createDirectory(directory(index.to()));
                Versions versions = random.nextInt(3) == 0 ? Versions.LAST : Versions.ALL;
                if (kind <= 3 && !before.deltas().isEmpty()) {
                    SnapshotManifest manifest =
                            slicer.fold(parent(before.image().metadata().lsn()), before, index, versions, made);
                    assertEquals(Optional.of(at), manifest.folded());
                } else {
                    slicer.slice(parent(at), before, index, versions, made);
                }
                return index.to();
            }
        }

        private void checkAfter(SnapshotPages pages, Lsn at) {
            Lsn to = ends.get(ends.indexOf(at) + random.nextInt(Math.min(ends.size() - ends.indexOf(at), 20)));
            BlockIndex index = IndexWalk.walk(wal, pages.metadata(), to, BlockIndex.MOST_PLACES);
            try (TailPages tail = new TailPages(pages, index)) {
                check(tail, to);
            }
        }

        private void check(PageSource pages, Lsn at) {
            ModelState expected = history.states().get(at);
            TreeMap<ForkKey, Integer> sizes = new TreeMap<>();
            pages.metadata().forks().stream().filter(fork -> fork.relation().tablespace() != 0)
                    .forEach(fork -> sizes.put(fork, pages.metadata().blocks(fork)));
            assertEquals(new TreeMap<>(expected.sizes()), sizes, at.toString());
            checkSince(pages, expected, at);
            byte[] page = new byte[Page.SIZE];
            for (ForkKey fork : sizes.keySet()) {
                for (int block : history.blocks()) {
                    assertEquals(expected.has(fork, block), pages.read(fork, block, page), fork + " " + block);
                    assertPage(expected.page(fork, block), page, fork, block, at);
                }
                for (Section section : Section.of(fork, 0, sizes.get(fork))) {
                    checkScan(pages, section, expected, at);
                }
            }
        }

        /** Changes that were made to an older state are all that it takes to be the newer. */
        private void checkSince(PageSource pages, ModelState expected, Lsn at) {
            Lsn older = ends.get(random.nextInt(ends.indexOf(at) + 1));
            Optional<PagesSince> since = pages.since(older);
            if (since.isEmpty()) {
                return;
            }
            ModelState before = history.states().get(older);
            expected.sizes().forEach((fork, blocks) -> {
                Map<Integer, byte[]> found = new TreeMap<>();
                for (Section section : Section.of(fork, 0, blocks)) {
                    int from = section.firstBlock() + random.nextInt(3) * random.nextInt(8);
                    scan(since.get().scan(section, from, atHand(before, fork)), found);
                    for (int block : history.blocks()) {
                        if (Section.segmentOf(block) == section.segment() && block >= from && expected.has(fork, block)) {
                            byte[] kept = before.has(fork, block) && Integer.compareUnsigned(block, since.get().kept(fork)) < 0
                                    ? before.page(fork, block) : new byte[Page.SIZE];
                            assertPage(expected.page(fork, block), found.getOrDefault(block, kept), fork, block, at);
                        }
                    }
                }
                assertTrue(found.keySet().stream().allMatch(block -> expected.has(fork, block)), fork + " at " + at);
            });
            told += older.equals(at) ? 0 : 1;
        }

        /** Pages as they were then, but for some that something was done to, and some that are missing. */
        private EarlierPages atHand(ModelState before, ForkKey fork) {
            return (block, page) -> {
                if (!before.has(fork, block) || random.nextInt(4) == 0) {
                    return false;
                }
                System.arraycopy(before.page(fork, block), 0, page, 0, Page.SIZE);
                if (random.nextInt(4) == 0) {
                    page[random.nextInt(Page.SIZE)] ^= 1;
                    tampered++;
                } else {
                    offered++;
                }
                return true;
            };
        }

        private static void scan(PageScan scan, Map<Integer, byte[]> found) {
            try (scan) {
                while (scan.next()) {
                    byte[] page = new byte[Page.SIZE];
                    scan.read(page);
                    found.put(scan.block(), page);
                }
            }
        }

        private void checkScan(PageSource pages, Section section, ModelState expected, Lsn at) {
            Map<Integer, byte[]> found = new TreeMap<>();
            try (PageScan scan = pages.scan(section)) {
                while (scan.next()) {
                    byte[] page = new byte[Page.SIZE];
                    scan.read(page);
                    assertTrue(expected.has(section.fork(), scan.block()), section + " " + scan.block());
                    assertEquals(null, found.put(scan.block(), page));
                    assertPage(expected.page(section.fork(), scan.block()), page, section.fork(), scan.block(), at);
                }
            }
            for (int block : history.blocks()) {
                if (Section.segmentOf(block) == section.segment() && !found.containsKey(block)) {
                    assertPage(expected.page(section.fork(), block), new byte[Page.SIZE], section.fork(), block, at);
                }
            }
        }

        /** Each LSN within a delta of all versions, as far as it goes back. */
        private void checkVersions(Lsn at) {
            SnapshotManifest manifest = SnapshotManifest.read(directory(at));
            if (manifest.isImage() || manifest.versions() != Versions.ALL) {
                return;
            }
            Lsn parent = manifest.parent().get().lsn();
            try (LayerCache cache = new LayerCache(100_000)) {
                SnapshotLayers layers = SnapshotLayers.open(directory(at), manifest, cache);
                SnapshotPages below = open(parent, cache);
                ModelState end = history.states().get(at);
                history.states().subMap(manifest.folded().orElse(parent), false, at, true).forEach((lsn, state) -> {
                    for (ForkKey fork : state.sizes().keySet()) {
                        for (int block : history.blocks()) {
                            if (state.has(fork, block) && end.has(fork, block)) {
                                checkVersion(layers, below, fork, block, lsn);
                            }
                        }
                    }
                });
            }
        }

        private void checkVersion(SnapshotLayers layers, SnapshotPages below, ForkKey fork, int block, Lsn lsn) {
            byte[] page = new byte[Page.SIZE];
            Optional<PageVersion> version = layers.newest(fork, block, lsn.value());
            assertFalse(version.filter(found -> found.lsn() > lsn.value()).isPresent());
            below.read(fork, block, page);
            version.ifPresent(found -> found.rebuild(page));
            assertPage(history.states().get(lsn).page(fork, block), page, fork, block, lsn);
        }

        private static void assertPage(byte[] expected, byte[] page, ForkKey fork, int block, Lsn lsn) {
            assertArrayEquals(expected, page, () -> "block " + block + " of " + fork + " at " + lsn);
        }
    }

    /** A cluster without relations. */
    private record Nothing(ClusterMetadata metadata) implements PageSource {
        @Override
        public boolean read(ForkKey fork, int block, byte[] page) {
            return false;
        }

        @Override
        public PageScan scan(Section section, int from) {
            throw new AssertionError(section.toString());
        }
    }
}
