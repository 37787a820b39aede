package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What a power cut may leave beyond the end of WAL: pages that were written while one before them was not. PostgreSQL
 * would overwrite them in time and does not mind them; they would mislead {@link EndOfWal.Mode#LIVE}.
 */
public final class WalTail {
    private static final int CHUNK = 1 << 20;

    private final FileSteps files;

    public WalTail(FileSteps files) {
        this.files = files;
    }

    /**
     * Writes zeros from the end of WAL to the end of its segment, and over the next segment if any of its pages is
     * valid: the first may be the one that is missing.
     * Bytes that are zero already are not written. Ancestors' files are never touched. No server may run on the
     * timeline.
     *
     * @param end       from {@link EndOfWal#find} in the mode {@link EndOfWal.Mode#FULL_LAST_SEGMENT}
     * @param directory the timeline's own {@code wal} directory
     * @return whether anything was written
     * @throws StorageFailedException if a file cannot be read or written
     */
    public boolean clear(WalSource source, Lsn end, Path directory) {
        SegmentName name = SegmentName.containing(end, source.identity().walTimeline(), source.segmentSize());
        boolean cleared = end.equals(name.start()) ? clearIfWritten(source, directory, name)
                : clear(source, directory, name, (int) end.minus(name.start()));
        SegmentName next = new SegmentName(name.timeline(), name.number() + 1, name.segmentSize());
        return clearIfWritten(source, directory, next) | cleared;
    }

    /** A recycled segment, which no page of has its own address, is told from WAL for good and may stay as it is. */
    private boolean clearIfWritten(WalSource source, Path directory, SegmentName name) {
        try (WalPages pages = new WalPages(source)) {
            for (long page = name.start().value(); page < name.end().value(); page += WalPageHeader.PAGE_SIZE) {
                if (pages.enter(page)) {
                    return clear(source, directory, name, 0);
                }
            }
        }
        return false;
    }

    private boolean clear(WalSource source, Path directory, SegmentName name, int from) {
        Path file = directory.resolve(name.toString());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        boolean cleared = false;
        try (WalSegment segment = WalSegment.open(file, name.start().value(), Long.MAX_VALUE, source.segmentSize())) {
            ByteBuffer bytes = segment.bytes();
            for (int at = from; at < bytes.limit(); at += CHUNK) {
                int length = Math.min(CHUNK, bytes.limit() - at);
                if (bytes.slice(at, length).mismatch(ByteBuffer.allocate(length)) >= 0) {
                    files.overwrite(file, at, new byte[length]);
                    cleared = true;
                }
            }
            if (cleared) {
                files.sync(file);
            }
            return cleared;
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }
}
