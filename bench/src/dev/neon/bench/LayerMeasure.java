package dev.neon.bench;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.PagePatch;
import dev.neon.repo.layer.PagePatchEncoder;
import dev.neon.repo.layer.PageVersion;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotLayers;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.wal.PageImages;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A program of its own: reads page versions from WAL, and prints a line for each measure. */
final class LayerMeasure {
    private record Block(ForkKey fork, int number) {}

    private record Version(long lsn, byte[] page) {}

    private static final NioFileSteps STEPS = new NioFileSteps();
    private static final LayerFile NONE = new LayerFile("none", 0, 0);
    private static final int READS = 3000;
    private static final int COLD_READS = 100;

    private final TreeMap<Block, byte[]> before = blocks();
    private final TreeMap<Block, List<Version>> versions = blocks();
    private final Path directory;
    private long walBytes;

    private LayerMeasure(Path directory) {
        this.directory = directory;
    }

    /** Arguments: the WAL's directory, where versions begin to count, the system identifier, where to write, runs. */
    public static void main(String[] words) throws Exception {
        LayerMeasure measure = new LayerMeasure(Path.of(words[3]));
        measure.collect(Path.of(words[0]), Lsn.parse(words[1]).value(), Long.parseUnsignedLong(words[2]));
        measure.run(Integer.parseInt(words[4]));
    }

    private static <V> TreeMap<Block, V> blocks() {
        return new TreeMap<>(Comparator.comparing(Block::fork).thenComparing(Block::number, Integer::compareUnsigned));
    }

    private void collect(Path wal, long from, long system) {
        WalSource source = WalSource.of(new ClusterIdentity(15, system, 1 << 24, true, 1), wal);
        try (PageImages images = new PageImages();
                WalReader reader = WalReader.from(source, source.begin().orElseThrow())) {
            while (reader.next()) {
                WalRecord record = reader.record();
                long checking = 0;
                for (int id = 0; id <= WalRecord.LAST_BLOCK; id++) {
                    if (record.hasBlock(id) && record.hasImage(id) && record.fork(id) != 1) {
                        checking += record.isImageApplied(id) ? 0 : PagePatch.PAGE - record.holeLength(id);
                        add(new Block(new ForkKey(record.locator(id), record.fork(id)), record.block(id)),
                                reader.endLsn(), canonical(images.restore(record, id), reader.endLsn()), from);
                    }
                }
                walBytes += reader.endLsn() > from ? reader.length() - checking : 0;
            }
        }
    }

    private void add(Block block, long lsn, byte[] page, long from) {
        if (lsn <= from) {
            before.put(block, page);
        } else {
            versions.computeIfAbsent(block, _ -> new ArrayList<>()).add(new Version(lsn, page));
        }
    }

    private static byte[] canonical(byte[] page, long lsn) {
        ByteBuffer fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(0, (int) (lsn >>> 32)).putInt(4, (int) lsn).putShort(8, (short) 0);
        int lower = Short.toUnsignedInt(fields.getShort(12));
        int upper = Short.toUnsignedInt(fields.getShort(14));
        if (lower <= upper && upper <= page.length) {
            Arrays.fill(page, lower, upper, (byte) 0);
        }
        return page;
    }

    private static void row(String what, String unit, String goal, double... values) {
        StringBuilder line = new StringBuilder(what + "\t" + unit + "\t" + goal + "\t");
        for (double value : values) {
            line.append(value).append(' ');
        }
        System.out.println(line.toString().strip());
    }

    private void run(int runs) throws Exception {
        int count = versions.values().stream().mapToInt(List::size).sum();
        row("page versions", "thousand", "", count / 1e3);
        row("WAL that PostgreSQL writes of them", "MB", "", walBytes / 1e6);
        encode(runs, count);
        double[] delta = new double[runs];
        double[] image = new double[runs];
        for (int run = 0; run < runs; run++) {
            new DurableFiles(STEPS).deleteTree(directory);
            STEPS.createDirectory(directory);
            STEPS.createDirectory(directory.resolve("image"));
            STEPS.createDirectory(directory.resolve("delta"));
            image[run] = (double) before.size() * PagePatch.PAGE / 1e6 / seconds(this::writeImage);
            delta[run] = seconds(this::writeDelta) * 1e6 / count;
        }
        row("image, of " + before.size() * PagePatch.PAGE / 1_000_000 + " MB of pages", "MB", "", megabytes("image"));
        row("writing an image", "MB/s", "", image);
        row("delta with all versions", "MB", "", megabytes("delta"));
        row("… of one version", "bytes", "", megabytes("delta") * 1e6 / count);
        row("writing a version", "µs", "", delta);
        row("one page, nothing open, files not in memory", "ms", "≤ 5",
                read(COLD_READS, () -> PageCache.forget(directory, 0), false, 64 << 20));
        row("one page, nothing open", "ms", "≤ 5", read(READS, () -> {}, false, 64 << 20));
        row("one page, frames to be read", "ms", "", read(READS, () -> {}, true, 0));
        row("one page, frames in the cache", "ms", "≤ 0.3", read(READS, () -> {}, true, 64 << 20));
        new DurableFiles(STEPS).deleteTree(directory);
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void encode(int runs, int count) {
        double[] encoding = new double[runs];
        PagePatchEncoder encoder = new PagePatchEncoder();
        for (int run = 0; run < runs; run++) {
            encoding[run] = 1e6 / count * seconds(() -> versions.forEach((block, pages) -> {
                byte[] previous = before.getOrDefault(block, pages.getFirst().page());
                for (Version version : pages) {
                    encoder.encode(previous, version.page(), PagePatch.PAGE);
                    previous = version.page();
                }
            }));
        }
        row("finding a patch", "µs", "", encoding);
    }

    private void writeImage() {
        try (LayerWriter writer = writer("image", LayerOptions.DEFAULT)) {
            Optional<Section> section = Optional.empty();
            for (Map.Entry<Block, byte[]> page : before.entrySet()) {
                section = begin(writer, section, page.getKey());
                writer.version(page.getKey().number(), 1, page.getValue());
            }
            manifest(writer, "image");
        }
    }

    private void writeDelta() {
        try (LayerWriter writer = writer("delta", LayerOptions.DELTA)) {
            Optional<Section> section = Optional.empty();
            for (Map.Entry<Block, List<Version>> pages : versions.entrySet()) {
                section = begin(writer, section, pages.getKey());
                Optional.ofNullable(before.get(pages.getKey())).ifPresent(writer::base);
                for (Version version : pages.getValue()) {
                    writer.version(pages.getKey().number(), version.lsn(), version.page());
                }
            }
            manifest(writer, "delta");
        }
    }

    private LayerWriter writer(String kind, LayerOptions options) {
        return new LayerWriter(STEPS, directory.resolve(kind), new AtomicInteger(), options);
    }

    private static Optional<Section> begin(LayerWriter writer, Optional<Section> current, Block block) {
        Section section = Section.of(block.fork(), block.number());
        if (!current.equals(Optional.of(section))) {
            writer.begin(section);
        }
        return Optional.of(section);
    }

    private void manifest(LayerWriter writer, String kind) {
        new SnapshotManifest(15, Lsn.ZERO, Optional.empty(), SnapshotManifest.Versions.ALL, writer.finish(), NONE)
                .write(STEPS, directory.resolve(kind));
    }

    private double megabytes(String kind) {
        return SnapshotManifest.read(directory.resolve(kind)).layers().stream().mapToLong(LayerFile::bytes).sum() / 1e6;
    }

    /** Milliseconds, the median of many pages at LSNs of theirs; for three times as many. */
    private double[] read(int reads, Runnable before, boolean open, long cacheBytes) {
        Random random = new Random(1);
        List<Block> blocks = new ArrayList<>(versions.keySet());
        double[] medians = new double[3];
        for (int run = 0; run < medians.length; run++) {
            double[] times = new double[reads];
            try (LayerCache shared = new LayerCache(cacheBytes)) {
                List<SnapshotLayers> chain = open(shared);
                for (int i = 0; i < reads; i++) {
                    Block block = blocks.get(random.nextInt(blocks.size()));
                    List<Version> pages = versions.get(block);
                    Version version = pages.get(random.nextInt(pages.size()));
                    byte[] page = new byte[PagePatch.PAGE];
                    before.run();
                    times[i] = 1e3 * seconds(() -> {
                        if (open) {
                            read(chain, block, version.lsn(), page);
                        } else {
                            try (LayerCache fresh = new LayerCache(cacheBytes)) {
                                read(open(fresh), block, version.lsn(), page);
                            }
                        }
                    });
                    if (!Arrays.equals(page, version.page())) {
                        throw new IllegalStateException("a wrong page");
                    }
                }
            }
            Arrays.sort(times);
            medians[run] = times[reads / 2];
        }
        return medians;
    }

    /** The delta and the image below it. */
    private List<SnapshotLayers> open(LayerCache cache) {
        List<SnapshotLayers> chain = new ArrayList<>();
        for (String kind : List.of("delta", "image")) {
            Path snapshot = directory.resolve(kind);
            chain.add(SnapshotLayers.open(snapshot, SnapshotManifest.read(snapshot), cache));
        }
        return chain;
    }

    private static void read(List<SnapshotLayers> chain, Block block, long lsn, byte[] page) {
        PageVersion version = chain.getFirst().newest(block.fork(), block.number(), lsn).orElseThrow();
        if (version.needsBase()) {
            chain.getLast().newest(block.fork(), block.number(), lsn).orElseThrow().rebuild(page);
        }
        version.rebuild(page);
    }
}
