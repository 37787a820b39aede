package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SectionCursor;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.SharedSegments;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Folds a chain of deltas and the WAL after it into one delta that lies on the chain's image: section after section, on
 * one thread. Of each block that a delta has, the page as the whole chain has it comes first, and then what WAL has made
 * of it.
 *
 * <p>Who reads a chain stops at a delta in which the fork has no such block. Who reads the fold sees the image below it
 * at once, so blocks that were gone in between are looked at too.
 */
final class DeltaFold implements ParallelWork.Worker<Section>, PageVersions {
    /** Every version that a snapshot has is at or below its LSN. */
    private static final long NEWEST = -1;

    private final SnapshotPages chain;
    private final SnapshotPages image;
    private final BlockIndex index;
    private final BlockReplay replay;
    private final Versions versions;
    private final BlockVersions blockVersions;
    private final Page page = Page.zero();
    private int block;

    /** @param index of the WAL after the chain */
    DeltaFold(SnapshotPages chain, BlockIndex index, SharedSegments wal, Versions versions, LayerWriter writer,
            Consumer<List<LayerFile>> done) {
        this.chain = chain;
        this.image = chain.image();
        this.index = index;
        this.replay = new BlockReplay(index, wal);
        this.versions = versions;
        this.blockVersions = new BlockVersions(writer, done);
    }

    /**
     * The sections that deltas of the chain have, or in which blocks of the image were gone for a time.
     *
     * @param after the metadata at the end of the WAL
     */
    static Set<Section> sections(SnapshotPages chain, ClusterMetadata after) {
        Set<Section> sections = new TreeSet<>();
        ClusterMetadata below = chain.image().metadata();
        for (SnapshotLevel delta : chain.deltas()) {
            sections.addAll(delta.layers().sections());
            for (ForkKey fork : below.forks()) {
                if (!delta.metadata().ranges(fork).equals(below.ranges(fork))) {
                    below.ranges(fork).forEach(range -> sections.addAll(Section.of(fork, range.from(), range.to())));
                }
            }
        }
        sections.removeIf(section -> !after.exists(section.fork()));
        return sections;
    }

    @Override
    public void work(Section section) {
        ChangedBlocks changed = new ChangedBlocks(index, chain.metadata(), section);
        boolean isChanged = changed.next();
        BitSet kept = blocks(section);
        blockVersions.begin(section);
        int next = kept.nextSetBit(0);
        while (next >= 0 || isChanged) {
            int at = isChanged ? changed.block() - section.firstBlock() : Section.BLOCKS;
            if (next >= 0 && next < at) {
                begin(section, next);
                keep(section.fork());
                next = kept.nextSetBit(next + 1);
            } else {
                begin(section, at);
                slice(changed);
                isChanged = changed.next();
                next = next == at ? kept.nextSetBit(at + 1) : next;
            }
        }
    }

    /** The blocks that may differ from the image's, as far as they are there at the end. */
    private BitSet blocks(Section section) {
        BitSet always = blocks(image.metadata(), section);
        BitSet found = (BitSet) always.clone();
        for (SnapshotLevel delta : chain.deltas()) {
            always.and(blocks(delta.metadata(), section));
        }
        found.andNot(always);
        for (SnapshotLevel delta : chain.deltas()) {
            try (SectionCursor cursor = delta.layers().scan(section, NEWEST)) {
                while (cursor.next()) {
                    found.set(cursor.block() - section.firstBlock());
                }
            }
        }
        found.and(blocks(index.metadata(), section));
        return found;
    }

    private static BitSet blocks(ClusterMetadata metadata, Section section) {
        BitSet blocks = new BitSet(Section.BLOCKS);
        long first = Integer.toUnsignedLong(section.firstBlock());
        for (BlockRange range : metadata.ranges(section.fork())) {
            long from = Math.max(Integer.toUnsignedLong(range.from()) - first, 0);
            long to = Math.min(Integer.toUnsignedLong(range.to()) - first, Section.BLOCKS);
            if (from < to) {
                blocks.set((int) from, (int) to);
            }
        }
        return blocks;
    }

    private void begin(Section section, int number) {
        block = section.firstBlock() + number;
        blockVersions.beginBlock();
        if (image.read(section.fork(), block, page.bytes())) {
            blockVersions.base(page.bytes());
        }
    }

    /** A block that the WAL does not change. */
    private void keep(ForkKey fork) {
        chain.read(fork, block, page.bytes());
        blockVersions.version(block, index.from().value(), page.bytes());
    }

    private void slice(ChangedBlocks changed) {
        ForkKey fork = changed.section().fork();
        switch (versions) {
            case ALL -> {
                if (!SnapshotPages.has(chain.metadata(), fork, block)) {
                    // What the image has of it is of another time.
                    page.clear();
                    base(page.bytes());
                }
                replay.all(chain, changed, this);
            }
            case LAST -> {
                replay.last(chain, fork, block, page);
                blockVersions.version(block, index.to().value(), page.bytes());
            }
        }
    }

    /** What the chain has of the block. */
    @Override
    public void base(byte[] bytes) {
        version(block, index.from().value(), bytes);
    }

    @Override
    public void version(int number, long lsn, byte[] bytes) {
        blockVersions.version(number, lsn, bytes);
    }

    @Override
    public void finish() {
        blockVersions.finish();
    }

    @Override
    public void close() {
        replay.close();
        blockVersions.close();
    }
}
