package dev.neon.repo.layer;

/**
 * What all readers of layers share: decompressed frames, those used last, up to a number of bytes. Thread-safe. To be
 * closed after its last reader.
 */
public final class LayerCache implements AutoCloseable {
    /** @param bytes how much memory frames may take */
    public LayerCache(long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
