package dev.neon.repo.layer;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A layer that a manifest lists; its index is read at the first use. Thread-safe. */
final class LazyLayer {
    private final Path path;
    private final LayerFile layer;
    private final LayerCache cache;
    private final AbsentLayers absent;
    private volatile @Nullable LayerReader reader;

    LazyLayer(Path directory, LayerFile layer, LayerCache cache, AbsentLayers absent) {
        this.path = directory.resolve(layer.name());
        this.absent = absent;
        this.layer = layer;
        this.cache = cache;
    }

    boolean mayHave(Section section) {
        return layer.mayHave(section);
    }

    LayerReader reader() {
        LayerReader open = reader;
        if (open == null) {
            synchronized (this) {
                open = reader;
                if (open == null) {
                    if (!Files.exists(path)) {
                        absent.bring(path.getParent(), layer);
                    }
                    checkSize();
                    open = LayerReader.open(path, cache);
                    reader = open;
                }
            }
        }
        return open;
    }

    private void checkSize() {
        try {
            long size = Files.size(path);
            if (size != layer.bytes()) {
                throw CheckedFile.corrupt(path, Math.min(size, layer.bytes()), layer.bytes() + " bytes",
                        size + " bytes");
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", path, failure);
        }
    }
}
