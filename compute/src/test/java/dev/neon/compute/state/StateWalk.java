package dev.neon.compute.state;

import dev.neon.page.Page;
import dev.neon.redo.PageRedo;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.state.BaseState;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.ForkEvents;
import dev.neon.state.MetadataRedo;
import dev.neon.state.Slru;
import dev.neon.state.SlruRedo;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What neon makes of a base and the WAL after it, brought forward step by step; to be closed. */
final class StateWalk implements AutoCloseable {
    private final WalReader reader;
    private final ClusterMetadata metadata;
    private final SlruContents slrus;
    private final MetadataRedo redo;
    private final SlruRedo slruRedo;
    private final PageRedo pageRedo;

    /** @param base a data directory that was shut down, whose last record ends at {@code lsn} */
    StateWalk(Path base, Lsn lsn, WalSource source) throws IOException {
        this.metadata = BaseState.read(base, lsn);
        this.slrus = SlruContents.read(base, metadata);
        this.reader = WalReader.from(source, lsn);
        this.redo = new MetadataRedo(source.major());
        this.slruRedo = new SlruRedo(source.major());
        this.pageRedo = new PageRedo(source.major());
    }

    /** Goes on to a boundary, or to the end of WAL. */
    StateWalk to(Lsn end) {
        while (metadata.lsn().isBefore(end) && reader.next()) {
            step(reader.record());
        }
        return this;
    }

    private void step(WalRecord record) {
        pageRedo.touches(record, (relation, fork, block) -> metadata.extend(new ForkKey(relation, fork), block));
        redo.redo(record, metadata, new ForkEvents() {
            @Override
            public void changed(Slru slru, int page, boolean isNew) {
                Page content = slrus.page(slru, page);
                if (isNew) {
                    content.fill(0, Page.SIZE, 0xAA);
                }
                slruRedo.redo(record, slru, page, content);
            }

            @Override
            public void removed(Slru slru, BlockRange gone) {
                slrus.remove(slru, gone);
            }
        });
    }

    /** Ends of records up to a boundary, from where the walk stands. */
    static List<Lsn> boundaries(WalSource source, Lsn from, Lsn to) {
        List<Lsn> ends = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                ends.add(reader.end());
            }
        }
        return ends;
    }

    /** Changes with the walk. */
    ClusterMetadata metadata() {
        return metadata;
    }

    /** Changes with the walk. */
    SlruContents slrus() {
        return slrus;
    }

    @Override
    public void close() {
        reader.close();
        pageRedo.close();
    }
}
