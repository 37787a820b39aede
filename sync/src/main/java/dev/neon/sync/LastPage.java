package dev.neon.sync;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.SegmentName;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * The page of WAL in which a point lies, up to the point. Two repositories in which it is the same have the same history up to
 * there: the ends of transactions tell the time.
 */
final class LastPage {
    /** PostgreSQL's. */
    static final int BYTES = 8192;

    private LastPage() {}

    /** Where the page begins. */
    static Lsn begin(Lsn end) {
        return new Lsn(end.plus(-1).value() & -BYTES);
    }

    /** The CRC-32C of what a timeline itself has of it; empty if it has nothing. */
    static OptionalInt checksum(Repository repository, RepositoryWal wal, TimelineId timeline, Lsn end) {
        Lsn fork = repository.timelines().history(timeline).parent().map(Ancestor::forkPoint).orElse(Lsn.ZERO);
        Lsn from = Lsn.max(begin(end), fork);
        if (!from.isBefore(end)) {
            return OptionalInt.empty();
        }
        SegmentName name = SegmentName.containing(from, wal.identity(timeline).walTimeline(), wal.identity(timeline).segmentSize());
        Path file = repository.timelines().walDirectory(timeline).resolve(name.toString());
        byte[] bytes = new byte[(int) end.minus(from)];
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from.minus(name.start()));
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
                return OptionalInt.empty();
            }
        } catch (NoSuchFileException | EOFException collected) {
            return OptionalInt.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return OptionalInt.of((int) checksum.getValue());
    }
}
