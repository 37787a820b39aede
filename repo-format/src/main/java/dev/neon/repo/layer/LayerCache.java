package dev.neon.repo.layer;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all readers of layers share: decompressed frames, those used last, up to a number of bytes. Thread-safe. To be
 * closed after its last reader.
 */
public final class LayerCache implements AutoCloseable {
    private record Key(int reader, int frame) {
        @Override
        public boolean equals(@Nullable Object object) {
            return object instanceof Key other && other.reader == reader && other.frame == frame;
        }

        @Override
        public int hashCode() {
            return reader * 0x9E3779B9 + frame;
        }
    }

    private final long limit;
    private final LinkedHashMap<Key, Frame> frames = new LinkedHashMap<>(64, 0.75f, true);
    /** A context takes native memory and time to make; there are as many as there were readers at once. */
    private final Deque<ZstdDecompressCtx> contexts = new ArrayDeque<>();
    private long bytes;
    private int readers;

    /** @param bytes how much memory frames may take */
    public LayerCache(long bytes) {
        this.limit = bytes;
    }

    /** A number for a reader, by which it asks for its frames. */
    synchronized int newReader() {
        return readers++;
    }

    synchronized @Nullable Frame get(int reader, int frame) {
        return frames.get(new Key(reader, frame));
    }

    synchronized void put(int reader, int number, Frame frame) {
        Frame before = frames.put(new Key(reader, number), frame);
        bytes += frame.weight() - (before == null ? 0 : before.weight());
        var eldest = frames.entrySet().iterator();
        while (bytes > limit && eldest.hasNext()) {
            Map.Entry<Key, Frame> entry = eldest.next();
            bytes -= entry.getValue().weight();
            eldest.remove();
        }
    }

    /** The memory that frames take now. */
    synchronized long bytes() {
        return bytes;
    }

    /** Decompresses {@code length} bytes; false if they are not what makes {@code size} bytes. */
    boolean decompress(byte[] source, int length, byte[] target, int size) {
        ZstdDecompressCtx context = take();
        try {
            return context.decompressByteArray(target, 0, size, source, 0, length) == size;
        } catch (ZstdException damaged) {
            return false;
        } finally {
            give(context);
        }
    }

    private synchronized ZstdDecompressCtx take() {
        ZstdDecompressCtx context = contexts.poll();
        return context == null ? new ZstdDecompressCtx() : context;
    }

    private synchronized void give(ZstdDecompressCtx context) {
        contexts.push(context);
    }

    @Override
    public synchronized void close() {
        contexts.forEach(ZstdDecompressCtx::close);
        contexts.clear();
        frames.clear();
        bytes = 0;
    }
}
