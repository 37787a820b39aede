package dev.neon.repo.layer;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All layers of one snapshot, as if they were one. Thread-safe. Indexes are read when they are first needed; nothing has
 * to be closed.
 */
public final class SnapshotLayers {
    private final Path directory;
    private final List<LayerFile> files;
    private final LayerCache cache;
    /** Who has which sections, each list in the order of blocks; made at the first use. */
    private volatile @Nullable TreeMap<Section, List<Part>> parts;

    /** What a layer has of a section. */
    private record Part(LayerReader reader, int firstBlock) {}

    private SnapshotLayers(Path directory, List<LayerFile> files, LayerCache cache) {
        this.directory = directory;
        this.files = files;
        this.cache = cache;
    }

    /** @param directory the snapshot's */
    public static SnapshotLayers open(Path directory, SnapshotManifest manifest, LayerCache cache) {
        return new SnapshotLayers(directory, manifest.layers(), cache);
    }

    /** The sections that have entries in the snapshot, in their order. */
    public List<Section> sections() {
        return List.copyOf(parts().keySet());
    }

    /** As {@link LayerReader#newest}. */
    public Optional<PageVersion> newest(ForkKey fork, int block, long lsn) {
        List<Part> candidates = parts().getOrDefault(Section.of(fork, block), List.of());
        for (int i = candidates.size() - 1; i >= 0; i--) {
            if (Integer.compareUnsigned(candidates.get(i).firstBlock(), block) <= 0) {
                return candidates.get(i).reader().newest(fork, block, lsn);
            }
        }
        return Optional.empty();
    }

    /** As {@link LayerReader#scan}. */
    public SectionCursor scan(Section section, long lsn) {
        return chain(section, reader -> reader.scan(section, lsn));
    }

    /** As {@link LayerReader#versions}. */
    public SectionCursor versions(Section section) {
        return chain(section, reader -> reader.versions(section));
    }

    private SectionCursor chain(Section section, Function<LayerReader, SectionCursor> scan) {
        List<SectionCursor> cursors = parts().getOrDefault(section, List.of()).stream()
                .map(part -> scan.apply(part.reader())).toList();
        return cursors.size() == 1 ? cursors.getFirst() : new CursorChain(cursors);
    }

    private TreeMap<Section, List<Part>> parts() {
        TreeMap<Section, List<Part>> known = parts;
        if (known == null) {
            synchronized (this) {
                known = parts;
                if (known == null) {
                    known = readIndexes();
                    parts = known;
                }
            }
        }
        return known;
    }

    private TreeMap<Section, List<Part>> readIndexes() {
        TreeMap<Section, List<Part>> found = new TreeMap<>();
        for (LayerFile layer : files) {
            Path file = directory.resolve(layer.name());
            checkSize(file, layer.bytes());
            LayerReader reader = LayerReader.open(file, cache);
            LayerIndex index = reader.index();
            for (int row = 0; row < index.sections(); row++) {
                found.computeIfAbsent(index.section(row), section -> new ArrayList<>(1))
                        .add(new Part(reader, index.block(index.firstFrame(row))));
            }
        }
        for (List<Part> layers : found.values()) {
            layers.sort((a, b) -> Integer.compareUnsigned(a.firstBlock(), b.firstBlock()));
        }
        return found;
    }

    private static void checkSize(Path file, long expected) {
        try {
            long size = Files.size(file);
            if (size != expected) {
                throw new CorruptFileException(file, Math.min(size, expected), expected + " bytes", size + " bytes",
                        CheckedFile.HINT);
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
