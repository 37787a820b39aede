package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.wal.SharedSegments;
import java.util.List;
import java.util.function.Consumer;

/** Slices section after section, on one thread. */
final class SectionSlicer implements ParallelWork.Worker<Section> {
    private final PageSource before;
    private final BlockIndex index;
    private final BlockReplay replay;
    private final Versions versions;
    private final BlockVersions blockVersions;
    private final Page page = Page.zero();

    SectionSlicer(PageSource before, BlockIndex index, SharedSegments wal, Versions versions, LayerWriter writer,
            Consumer<List<LayerFile>> done) {
        this.before = before;
        this.index = index;
        this.replay = new BlockReplay(index, wal);
        this.versions = versions;
        this.blockVersions = new BlockVersions(writer, done);
    }

    @Override
    public void work(Section section) {
        ChangedBlocks blocks = new ChangedBlocks(index, before.metadata(), section);
        blockVersions.begin(section);
        while (blocks.next()) {
            blockVersions.beginBlock();
            switch (versions) {
                case ALL -> replay.all(before, blocks, blockVersions);
                case LAST -> last(section, blocks.block());
            }
        }
    }

    private void last(Section section, int block) {
        if (before.read(section.fork(), block, page.bytes())) {
            blockVersions.base(page.bytes());
        }
        replay.last(before, section.fork(), block, page);
        blockVersions.version(block, index.to().value(), page.bytes());
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
