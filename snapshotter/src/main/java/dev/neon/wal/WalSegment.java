package dev.neon.wal;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One open segment: mapped where the file system can, else read into memory. What a server appends is seen at once. */
final class WalSegment implements AutoCloseable {
    private final Path path;
    private final long start;
    private final long visibleEnd;
    private final ByteBuffer bytes;
    private final Arena arena;

    private WalSegment(Path path, long start, long visibleEnd, ByteBuffer bytes, Arena arena) {
        this.path = path;
        this.start = start;
        this.visibleEnd = visibleEnd;
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.arena = arena;
    }

    /**
     * Opens a file.
     *
     * @param start LSN of the file's first byte
     * @param limit LSN, exclusive, beyond which the file's bytes are not part of the history
     */
    static WalSegment open(Path path, long start, long limit, int segmentSize) {
        return open(path, start, limit, segmentSize, Arena.ofConfined());
    }

    /**
     * As the other.
     *
     * @param arena says which threads may read the segment; is closed with it
     */
    static WalSegment open(Path path, long start, long limit, int segmentSize, Arena arena) {
        try {
            ByteBuffer bytes = content(path, segmentSize, arena);
            return new WalSegment(path, start, Math.min(start + bytes.limit(), limit), bytes, arena);
        } catch (IOException e) {
            arena.close();
            throw new StorageFailedException("read", path, e);
        }
    }

    private static ByteBuffer content(Path path, int segmentSize, Arena arena) throws IOException {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            return ByteBuffer.wrap(Files.readAllBytes(path));
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = Math.min(channel.size(), segmentSize);
            return channel.map(MapMode.READ_ONLY, 0, length, arena).asByteBuffer();
        }
    }

    Path path() {
        return path;
    }

    /** LSN of the first byte. */
    long start() {
        return start;
    }

    /** LSN, exclusive: the end of the file, or the fork point before it. */
    long visibleEnd() {
        return visibleEnd;
    }

    /** The file from its first byte on; little-endian; bytes from {@link #visibleEnd} on are not to be used. */
    ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
