package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a fork's first own segment: the ancestors' bytes up to the fork point and zeros to the full size. A server that
 * recovers from it ends its redo exactly there and writes on from there, on the same PostgreSQL timeline.
 */
public final class WalCut {
    private static final int CHUNK = 1 << 20;

    private final FileSteps files;

    public WalCut(FileSteps files) {
        this.files = files;
    }

    /**
     * Writes the segment under a temporary name, syncs it, renames it over whatever has its name, and syncs the
     * directory. The temporary file of an attempt that was cut short is replaced.
     *
     * @param at        a record boundary, as {@link RecordBoundaries} gives it; a position within a page's header means
     *                  the page's start, because a header at the cut would promise a record
     * @param directory the child's {@code wal} directory, which exists
     * @return the file; empty, and nothing is written, if the cut is on a segment's boundary
     * @throws NotFoundException      if the source does not reach {@code at}
     * @throws StorageFailedException if a file cannot be read or written
     */
    public Optional<Path> write(WalSource source, Lsn at, Path directory) {
        int segmentSize = source.segmentSize();
        long header = WalPageHeader.lengthAt(at.value(), segmentSize);
        long cut = at.value() % PAGE_SIZE <= header ? WalPageHeader.pageOf(at.value()) : at.value();
        int length = (int) (cut & segmentSize - 1);
        if (length == 0) {
            return Optional.empty();
        }
        SegmentName name = SegmentName.containing(at, source.identity().walTimeline(), segmentSize);
        try (WalSegment segment = source.open(name.number()).filter(found -> found.visibleEnd() >= cut)
                .orElseThrow(() -> new NotFoundException("WAL segment '" + name + "' does not reach " + at,
                        "The ancestor's WAL is missing or was cut."))) {
            return Optional.of(write(segment, length, segmentSize, directory.resolve(name.toString())));
        }
    }

    private Path write(WalSegment segment, int length, int segmentSize, Path target) {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
                files.delete(temporary);
            }
            files.create(temporary, chunk(segment, 0, length));
            for (int from = CHUNK; from < length; from += CHUNK) {
                files.append(temporary, chunk(segment, from, length));
            }
            files.setLength(temporary, segmentSize);
            files.sync(temporary);
            files.rename(temporary, target);
            files.sync(target.toAbsolutePath().getParent());
            return target;
        } catch (IOException e) {
            throw new StorageFailedException("write", target, e);
        }
    }

    private static byte[] chunk(WalSegment segment, int from, int length) {
        byte[] bytes = new byte[Math.min(CHUNK, length - from)];
        segment.bytes().get(from, bytes);
        return bytes;
    }
}
