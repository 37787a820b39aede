package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.Section;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Writes versions of blocks for a reader who has the parent's pages; those that he finds there anyway are left out. */
final class BlockVersions implements PageVersions, AutoCloseable {
    private final LayerWriter writer;
    private final Consumer<List<LayerFile>> done;
    private final byte[] parents = new byte[Page.SIZE];
    private boolean isInParent;
    private boolean isChanged;

    /** @param done is told the layers when all sections are written */
    BlockVersions(LayerWriter writer, Consumer<List<LayerFile>> done) {
        this.writer = writer;
        this.done = done;
    }

    void begin(Section section) {
        writer.begin(section);
    }

    /** Begins a block, for which a reader has zeros unless {@link #base} says otherwise. */
    void beginBlock() {
        Arrays.fill(parents, (byte) 0);
        isInParent = false;
        isChanged = false;
    }

    @Override
    public void base(byte[] page) {
        System.arraycopy(page, 0, parents, 0, Page.SIZE);
        isInParent = true;
    }

    @Override
    public void version(int block, long lsn, byte[] page) {
        if (!isChanged) {
            if (Arrays.equals(page, parents)) {
                return;
            }
            if (isInParent) {
                writer.base(parents);
            }
            isChanged = true;
        }
        writer.version(block, lsn, page);
    }

    void finish() {
        done.accept(writer.finish());
    }

    @Override
    public void close() {
        writer.close();
    }
}
