package dev.neon.slice;

import dev.neon.repo.Lsn;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.LayerWriter;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.MetadataFormat;
import dev.neon.wal.SharedSegments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Cuts WAL by relation and block into layers: makes a delta of a snapshot and the WAL after it, in two passes over that
 * WAL. What it costs follows the WAL, not the cluster.
 */
public final class Slicer {
    private final FileSteps steps;
    private final LayerOptions options;
    private final ParallelWork parallel;

    public Slicer(FileSteps steps, LayerOptions options, ParallelWork parallel) {
        this.steps = steps;
        this.options = options;
        this.parallel = parallel;
    }

    /**
     * Writes a delta, unsynced.
     *
     * @param parent    what the delta lies on
     * @param pages     the parent's
     * @param index     of the WAL from the parent on; the delta is of its end
     * @param directory exists and is empty
     * @throws dev.neon.repo.error.CorruptFileException    if the parent or the WAL is damaged
     * @throws dev.neon.repo.error.UnsupportedWalException if a record is of a form that is not known
     * @throws dev.neon.repo.error.StorageFailedException  if a file cannot be read or written
     */
    public SnapshotManifest slice(SnapshotManifest.Parent parent, PageSource pages, BlockIndex index,
            Versions versions, Path directory) {
        try (SharedSegments wal = SharedSegments.of(index.source())) {
            return write(sections(index), (writer, done) -> new SectionSlicer(pages, index, wal, versions, writer, done),
                    index, new Ground(parent, pages.metadata(), Optional.empty(), versions), directory);
        }
    }

    /**
     * Writes a delta that lies on the image of a chain of deltas, and has what they have besides: of each page that they
     * change the last version. Unsynced.
     *
     * @param image where the image is
     * @param chain the pages of the chain
     * @param index of the WAL after the chain; the delta is of its end
     * @param versions of the WAL
     * @throws dev.neon.repo.error.CorruptFileException as {@link #slice} does
     */
    public SnapshotManifest fold(SnapshotManifest.Parent image, SnapshotPages chain, BlockIndex index,
            Versions versions, Path directory) {
        Set<Section> sections = new LinkedHashSet<>(sections(index));
        sections.addAll(DeltaFold.sections(chain, index.metadata()));
        try (SharedSegments wal = SharedSegments.of(index.source())) {
            return write(List.copyOf(sections), (writer, done) -> new DeltaFold(chain, index, wal, versions, writer, done),
                    index, new Ground(image, chain.image().metadata(), Optional.of(index.from()), versions), directory);
        }
    }

    /** What a delta lies on, and what it has of what comes after. */
    private record Ground(SnapshotManifest.Parent parent, ClusterMetadata metadata, Optional<Lsn> folded,
            Versions versions) {}

    private SnapshotManifest write(List<Section> sections,
            BiFunction<LayerWriter, Consumer<List<LayerFile>>, ParallelWork.Worker<Section>> workers, BlockIndex index,
            Ground ground, Path directory) {
        List<LayerFile> layers = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger fileNames = new AtomicInteger();
        parallel.run(sections, () -> workers.apply(new LayerWriter(steps, directory, fileNames, options), layers::addAll));
        LayerFile metadata = MetadataFile.write(steps, directory,
                MetadataFormat.writeDifference(index.metadata(), ground.metadata()));
        SnapshotManifest manifest = new SnapshotManifest(index.source().major().number(), index.to(),
                Optional.of(ground.parent()), ground.folded(), ground.versions(), layers, metadata);
        manifest.write(steps, directory);
        return manifest;
    }

    /** The sections that the WAL changes, those with most changes first. */
    private static List<Section> sections(BlockIndex index) {
        Set<Section> sections = new TreeSet<>();
        index.references().keySet().stream().filter(section -> index.metadata().exists(section.fork()))
                .forEach(sections::add);
        for (ForkKey fork : index.events().keySet()) {
            for (BlockRange range : index.metadata().ranges(fork)) {
                sections.addAll(Section.of(fork, range.from(), range.to()));
            }
        }
        Map<Section, Integer> changes = new HashMap<>();
        index.references().forEach((section, places) -> changes.put(section, places.count()));
        List<Section> sorted = new ArrayList<>(sections);
        sorted.sort(Comparator.comparing((Section section) -> -changes.getOrDefault(section, 0)));
        return sorted;
    }
}
