package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.repo.progress.Progress;
import dev.neon.state.BlockRange;
import dev.neon.state.MetadataFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Makes image snapshots: of any pages, be they a data directory's, or those of a chain of snapshots and WAL after it. */
public final class ImageWriter {
    private final FileSteps steps;
    private final LayerOptions options;
    private final ParallelWork parallel;
    private final Progress progress;

    public ImageWriter(FileSteps steps, LayerOptions options, ParallelWork parallel, Progress progress) {
        this.steps = steps;
        this.options = options;
        this.parallel = parallel;
        this.progress = progress;
    }

    /**
     * Writes an image of all pages, unsynced.
     *
     * @param directory exists and is empty
     * @throws dev.neon.repo.error.CorruptFileException   if the pages cannot be read
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read or written
     */
    public SnapshotManifest write(PageSource pages, Path directory) {
        List<LayerFile> layers = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger fileNames = new AtomicInteger();
        List<Section> sections = sections(pages);
        try (Progress.Task task = progress.begin("writing an image", Progress.UNKNOWN_TOTAL, Progress.Unit.BYTES)) {
            parallel.run(sections, () -> new SectionWriter(pages,
                    new LayerWriter(steps, directory, fileNames, options), task, layers::addAll));
        }
        LayerFile metadata = MetadataFile.write(steps, directory, MetadataFormat.write(pages.metadata()));
        SnapshotManifest manifest = new SnapshotManifest(pages.metadata().major().number(), pages.metadata().lsn(),
                Optional.empty(), Versions.LAST, layers, metadata);
        manifest.write(steps, directory);
        return manifest;
    }

    /** All sections in which there are pages. */
    public static List<Section> sections(PageSource pages) {
        Set<Section> sections = new TreeSet<>();
        for (ForkKey fork : pages.metadata().forks()) {
            for (BlockRange range : pages.metadata().ranges(fork)) {
                sections.addAll(Section.of(fork, range.from(), range.to()));
            }
        }
        return List.copyOf(sections);
    }

    /** Writes section after section, on one thread. */
    private record SectionWriter(PageSource pages, LayerWriter writer, Progress.Task progress,
            Consumer<List<LayerFile>> done) implements ParallelWork.Worker<Section> {
        @Override
        public void work(Section section) {
            byte[] page = new byte[Page.SIZE];
            writer.begin(section);
            try (PageScan scan = pages.scan(section)) {
                while (scan.next()) {
                    scan.read(page);
                    writer.version(scan.block(), pages.metadata().lsn().value(), page);
                    progress.advance(Page.SIZE);
                }
            }
        }

        @Override
        public void finish() {
            done.accept(writer.finish());
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
