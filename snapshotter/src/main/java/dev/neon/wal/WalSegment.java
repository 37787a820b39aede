package dev.neon.wal;

import dev.neon.repo.error.StorageFailedException;
import java.io.EOFException;
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

/**
 * One open segment: mapped where the file system can, else read into memory; or, for a few pages only, read piece by piece.
 * What a server appends is seen at once.
 */
final class WalSegment implements AutoCloseable {
    private final Path path;
    private final long start;
    private final long visibleEnd;
    private final int length;
    private final Source source;

    /** Where the bytes come from. */
    private sealed interface Source {
        record Mapping(ByteBuffer bytes, Arena arena) implements Source {}

        record Pieces(FileChannel channel) implements Source {}
    }

    private WalSegment(Path path, long start, long visibleEnd, int length, Source source) {
        this.path = path;
        this.start = start;
        this.visibleEnd = visibleEnd;
        this.length = length;
        this.source = source;
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
            ByteBuffer bytes = content(path, segmentSize, arena).order(ByteOrder.LITTLE_ENDIAN);
            return new WalSegment(path, start, Math.min(start + bytes.limit(), limit), bytes.limit(),
                    new Source.Mapping(bytes, arena));
        } catch (IOException e) {
            arena.close();
            throw new StorageFailedException("read", path, e);
        }
    }

    /**
     * As the others, but not mapped, so that {@link #copy} alone gives bytes: the classes behind a mapping make method
     * handles when they are first used, and that is much of what a short command takes.
     */
    static WalSegment openPieces(Path path, long start, long limit, int segmentSize) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                int length = (int) Math.min(channel.size(), segmentSize);
                return new WalSegment(path, start, Math.min(start + length, limit), length, new Source.Pieces(channel));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
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
        if (source instanceof Source.Mapping mapping) {
            return mapping.bytes();
        }
        throw new IllegalStateException("the segment is not mapped");
    }

    /** The file's length, at most a segment's. */
    int length() {
        return length;
    }

    /** Copies {@code count} bytes from {@code at} on, which the file must have. */
    void copy(int at, byte[] to, int offset, int count) {
        // Not a switch over types, whose first costs a command's start.
        if (source instanceof Source.Mapping mapping) {
            mapping.bytes().get(at, to, offset, count);
        } else if (source instanceof Source.Pieces pieces) {
            read(pieces.channel(), at, ByteBuffer.wrap(to, offset, count));
        }
    }

    private void read(FileChannel channel, long at, ByteBuffer into) {
        try {
            for (long from = at; into.hasRemaining();) {
                int got = channel.read(into, from);
                if (got < 0) {
                    throw new EOFException("it has become shorter");
                }
                from += got;
            }
        } catch (IOException e) {
            throw new StorageFailedException("read", path, e);
        }
    }

    @Override
    public void close() {
        if (source instanceof Source.Mapping mapping) {
            mapping.arena().close();
        } else if (source instanceof Source.Pieces pieces) {
            try {
                pieces.channel().close();
            } catch (IOException e) {
                throw new StorageFailedException("close", path, e);
            }
        }
    }
}
