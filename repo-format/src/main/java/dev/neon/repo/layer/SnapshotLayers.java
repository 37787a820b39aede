package dev.neon.repo.layer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * All layers of one snapshot, as if they were one. Thread-safe. A layer's index is read when a section is first asked
 * for that it may have; nothing has to be closed.
 */
public final class SnapshotLayers {
    private final List<LazyLayer> layers;
    /** Who has the sections that were asked for, each list in the order of blocks. */
    private final Map<Section, List<Part>> parts = new ConcurrentHashMap<>();

    /** What a layer has of a section. */
    private record Part(LayerReader reader, int firstBlock) {}

    private SnapshotLayers(List<LazyLayer> layers) {
        this.layers = layers;
    }

    /** @param directory the snapshot's */
    public static SnapshotLayers open(Path directory, SnapshotManifest manifest, LayerCache cache) {
        return open(directory, manifest, cache, AbsentLayers.LOST);
    }

    /**
     * As the other.
     *
     * @param absent    brings those whose files are not there
     */
    public static SnapshotLayers open(Path directory, SnapshotManifest manifest, LayerCache cache, AbsentLayers absent) {
        return new SnapshotLayers(
                manifest.layers().stream().map(layer -> new LazyLayer(directory, layer, cache, absent)).toList());
    }

    /** The sections that have entries in the snapshot, in their order. Reads all indexes. */
    public List<Section> sections() {
        TreeSet<Section> sections = new TreeSet<>();
        for (LazyLayer layer : layers) {
            sections.addAll(layer.reader().sections());
        }
        return List.copyOf(sections);
    }

    /** As {@link LayerReader#newest}. */
    public Optional<PageVersion> newest(ForkKey fork, int block, long lsn) {
        List<Part> candidates = parts(Section.of(fork, block));
        for (int i = candidates.size() - 1; i >= 0; i--) {
            if (Integer.compareUnsigned(candidates.get(i).firstBlock(), block) <= 0) {
                return candidates.get(i).reader().newest(fork, block, lsn);
            }
        }
        return Optional.empty();
    }

    /** As {@link LayerReader#scan}. */
    public SectionCursor scan(Section section, long lsn) {
        return scan(section, section.firstBlock(), lsn);
    }

    /** As the other, from a block on; what comes before is not read. */
    public SectionCursor scan(Section section, int from, long lsn) {
        List<Part> all = parts(section);
        int first = 0;
        while (first + 1 < all.size() && Integer.compareUnsigned(all.get(first + 1).firstBlock(), from) <= 0) {
            first++;
        }
        return chain(all.subList(first, all.size()), reader -> reader.scan(section, from, lsn));
    }

    /** As {@link LayerReader#versions}. */
    public SectionCursor versions(Section section) {
        return chain(parts(section), reader -> reader.versions(section));
    }

    private static SectionCursor chain(List<Part> parts, Function<LayerReader, SectionCursor> scan) {
        List<SectionCursor> cursors = parts.stream().map(part -> scan.apply(part.reader())).toList();
        return cursors.size() == 1 ? cursors.getFirst() : new CursorChain(cursors);
    }

    private List<Part> parts(Section section) {
        return parts.computeIfAbsent(section, this::find);
    }

    private List<Part> find(Section section) {
        List<Part> found = new ArrayList<>(1);
        for (LazyLayer layer : layers) {
            if (layer.mayHave(section)) {
                LayerIndex index = layer.reader().index();
                int row = index.row(section.fork(), section.segment());
                if (row >= 0) {
                    found.add(new Part(layer.reader(), index.block(index.firstFrame(row))));
                }
            }
        }
        found.sort(Comparator.comparing(Part::firstBlock, Integer::compareUnsigned));
        return found;
    }
}
