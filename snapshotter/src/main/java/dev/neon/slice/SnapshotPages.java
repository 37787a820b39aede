package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.AbsentLayers;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.PageVersion;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotLayers;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.MetadataFormat;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The pages of a snapshot: of a chain of deltas, and the image that it lies on. A page is what the newest snapshot with
 * an image of it says, with the patches of those above. A snapshot in which the fork has no such block ends the search:
 * the block was made anew after it, as zeros.
 */
public final class SnapshotPages implements PageSource {
    /** Every version that a snapshot has is at or below its LSN. */
    private static final long NEWEST = -1;

    private final List<SnapshotLevel> levels;

    private SnapshotPages(List<SnapshotLevel> levels) {
        this.levels = levels;
    }

    /**
     * Opens a snapshot with those below it. Layers are opened when they are needed.
     *
     * @param directory the snapshot's
     * @param parents   where others are
     * @throws dev.neon.repo.error.CorruptFileException   if a manifest or metadata is damaged
     * @throws dev.neon.repo.error.StorageFailedException if one cannot be read
     */
    public static SnapshotPages open(Path directory, Function<SnapshotManifest.Parent, Path> parents,
            LayerCache cache) {
        return open(directory, parents, cache, AbsentLayers.LOST);
    }

    /**
     * As the other.
     *
     * @param absent brings layers whose files are not there
     */
    public static SnapshotPages open(Path directory, Function<SnapshotManifest.Parent, Path> parents,
            LayerCache cache, AbsentLayers absent) {
        Deque<Path> below = new ArrayDeque<>();
        Deque<SnapshotManifest> manifests = new ArrayDeque<>();
        Path place = directory;
        while (true) {
            SnapshotManifest manifest = SnapshotManifest.read(place);
            below.push(place);
            manifests.push(manifest);
            if (manifest.isImage()) {
                break;
            }
            place = parents.apply(manifest.parent().get());
        }
        List<SnapshotLevel> levels = new ArrayList<>();
        while (!below.isEmpty()) {
            Path each = below.pop();
            ClusterMetadata metadata = levels.isEmpty()
                    ? MetadataFormat.read(each.resolve(MetadataFile.NAME), MetadataFile.read(each))
                    : MetadataFormat.readDifference(each.resolve(MetadataFile.NAME), MetadataFile.read(each),
                            levels.getLast().metadata());
            SnapshotManifest manifest = manifests.pop();
            levels.add(new SnapshotLevel(metadata, manifest, SnapshotLayers.open(each, manifest, cache, absent)));
        }
        return new SnapshotPages(List.copyOf(levels.reversed()));
    }

    /** Whether a fork has a block. */
    public static boolean has(ClusterMetadata metadata, ForkKey fork, int block) {
        if (fork.relation().tablespace() != 0) {
            return Integer.compareUnsigned(block, metadata.blocks(fork)) < 0;
        }
        for (BlockRange range : metadata.ranges(fork)) {
            if (range.contains(block)) {
                return true;
            }
        }
        return false;
    }

    /** The pages of the image at the bottom. */
    SnapshotPages image() {
        return new SnapshotPages(List.of(levels.getLast()));
    }

    /** The deltas above it, the newest first. */
    List<SnapshotLevel> deltas() {
        return levels.subList(0, levels.size() - 1);
    }

    @Override
    public ClusterMetadata metadata() {
        return levels.getFirst().metadata();
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        if (!levels.getFirst().has(fork, block)) {
            Arrays.fill(page, (byte) 0);
            return false;
        }
        PageVersion[] patches = new PageVersion[levels.size()];
        int count = 0;
        for (SnapshotLevel level : levels) {
            if (!level.has(fork, block)) {
                break;
            }
            Optional<PageVersion> version = level.layers().newest(fork, block, NEWEST);
            if (version.isPresent()) {
                patches[count++] = version.get();
                if (!version.get().needsBase()) {
                    break;
                }
            }
        }
        rebuild(patches, count, page);
        return true;
    }

    /**
     * Tells the versions that the snapshots have of a page, oldest first: all since the last image, where deltas keep all.
     * That of an image has the page's own LSN.
     */
    public void tellVersions(ForkKey fork, int block, PageHistory history) {
        Deque<SnapshotLevel> reached = new ArrayDeque<>();
        for (SnapshotLevel level : levels) {
            if (!level.has(fork, block)) {
                break;
            }
            reached.push(level);
        }
        byte[] page = new byte[Page.SIZE];
        for (SnapshotLevel level : reached) {
            Deque<Long> ascending = new ArrayDeque<>();
            Optional<PageVersion> version = level.layers().newest(fork, block, NEWEST);
            while (version.isPresent()) {
                ascending.push(version.get().lsn());
                version = version.get().lsn() == 0 ? Optional.empty()
                        : level.layers().newest(fork, block, version.get().lsn() - 1);
            }
            byte[] below = page.clone();
            for (long lsn : ascending) {
                page = below.clone();
                level.layers().newest(fork, block, lsn).orElseThrow().rebuild(page);
                history.version(block, level == levels.getLast() ? Page.of(page).lsn() : lsn, page);
            }
        }
    }

    /** @param versions the newest first */
    static void rebuild(PageVersion[] versions, int count, byte[] page) {
        if (count == 0 || versions[count - 1].needsBase()) {
            Arrays.fill(page, (byte) 0);
        }
        advance(versions, count, page);
    }

    /**
     * @param versions the newest first
     * @param page     what the oldest lies on, if it needs that
     */
    static void advance(PageVersion[] versions, int count, byte[] page) {
        for (int i = count - 1; i >= 0; i--) {
            versions[i].rebuild(page);
        }
    }

    @Override
    public PageScan scan(Section section, int from) {
        return scan(section, from, levels.size(), EarlierPages.NONE);
    }

    /**
     * @param leading as many of the newest snapshots say which blocks are gone through
     * @param earlier the pages where those end
     */
    private PageScan scan(Section section, int from, int leading, EarlierPages earlier) {
        List<SnapshotLevel> reached = new ArrayList<>();
        for (SnapshotLevel level : levels) {
            if (!level.has(section.fork(), section.firstBlock()) && section.fork().relation().tablespace() != 0) {
                break;
            }
            reached.add(level);
        }
        return new SnapshotScan(section, from, reached, Math.min(leading, reached.size()), earlier);
    }

    /** Known unless the image is newer, or a delta goes across the point with last versions only. */
    @Override
    public Optional<PagesSince> since(Lsn lsn) {
        int newer = 0;
        while (levels.get(newer).metadata().lsn().isAfter(lsn)) {
            if (!levels.get(newer).manifest().tellsChangesSince(lsn)) {
                return Optional.empty();
            }
            newer++;
        }
        return Optional.of(new Since(newer));
    }

    /** The snapshots after a point: each block that any of them has a version of may have changed. */
    private final class Since implements PagesSince {
        private final int newer;

        Since(int newer) {
            this.newer = newer;
        }

        @Override
        public PageScan scan(Section section, int from, EarlierPages earlier) {
            return SnapshotPages.this.scan(section, from, newer, earlier);
        }

        @Override
        public int kept(ForkKey fork) {
            int kept = -1;
            for (SnapshotLevel level : levels.subList(0, newer)) {
                int blocks = level.metadata().blocks(fork);
                kept = Integer.compareUnsigned(blocks, kept) < 0 ? blocks : kept;
            }
            return kept;
        }
    }
}
