package dev.neon.compute.workspace;

import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.LayerReader;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SectionCursor;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.slice.PageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the layers of a snapshot anew, with one byte of one page changed, as if redo had done something wrong: all
 * checksums are right.
 *
 * @param parent the pages that the snapshot lies on
 * @param fork   of the page
 * @param block  in the fork
 * @param at     the byte in each version of the page
 */
public record WrongPage(PageSource parent, ForkKey fork, int block, int at) {
    private static final FileSteps STEPS = new NioFileSteps();
    private static final int PAGE = 8192;

    /** Does so. */
    public void putInto(Path snapshot) throws IOException {
        Path written = Files.createDirectory(snapshot.resolveSibling("written"));
        SnapshotManifest manifest = SnapshotManifest.read(snapshot);
        List<LayerFile> layers;
        try (LayerCache cache = new LayerCache(PAGE);
                LayerWriter writer = new LayerWriter(STEPS, written, new AtomicInteger(), LayerOptions.DELTA)) {
            for (LayerFile layer : manifest.layers()) {
                LayerReader reader = LayerReader.open(snapshot.resolve(layer.name()), cache);
                for (Section section : reader.sections()) {
                    writer.begin(section);
                    copy(reader, section, writer);
                }
            }
            layers = writer.finish();
        }
        for (LayerFile old : manifest.layers()) {
            Files.delete(snapshot.resolve(old.name()));
        }
        for (LayerFile layer : layers) {
            Files.move(written.resolve(layer.name()), snapshot.resolve(layer.name()));
        }
        new SnapshotManifest(manifest.major(), manifest.lsn(), manifest.parent(), manifest.folded(), manifest.versions(),
                layers, manifest.metadata()).write(STEPS, written);
        Files.move(written.resolve(SnapshotManifest.NAME), snapshot.resolve(SnapshotManifest.NAME),
                StandardCopyOption.REPLACE_EXISTING);
        Files.delete(written);
    }

    private void copy(LayerReader reader, Section section, LayerWriter writer) {
        byte[] page = new byte[PAGE];
        long last = -1;
        try (SectionCursor versions = reader.versions(section)) {
            while (versions.next()) {
                int number = versions.block();
                boolean isFirst = number != last;
                last = number;
                if (versions.needsBase()) {
                    parent.read(section.fork(), number, page);
                    if (isFirst) {
                        writer.base(page);
                    }
                }
                versions.rebuild(page);
                if (section.fork().equals(fork) && number == block) {
                    page[at] ^= 1;
                }
                writer.version(number, versions.lsn(), page);
            }
        }
    }
}
