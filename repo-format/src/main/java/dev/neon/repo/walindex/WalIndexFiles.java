package dev.neon.repo.walindex;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The parts of one timeline's WAL index: {@code timelines/<id>/wal-index/<lsn>}, named by where the part would begin if
 * it had all its segments. A part that cannot be used, for whichever reason, counts as missing.
 *
 * <p>Nobody takes a lock. A part is replaced as a whole, and whatever two processes write at once is right: of two that
 * are both right the shorter one may win, and the next process makes it longer again.
 */
public final class WalIndexFiles {
    private final Path directory;
    private final DurableFiles files;
    private final ClusterIdentity identity;

    /** @param directory may be missing */
    public WalIndexFiles(Path directory, DurableFiles files, ClusterIdentity identity) {
        this.directory = directory;
        this.files = files;
        this.identity = identity;
    }

    /** The headers of all parts, oldest first. */
    public List<IndexPartHeader> headers() {
        List<IndexPartHeader> headers = new ArrayList<>();
        try {
            for (Path file : Directories.list(directory, WalIndexFiles::isPart)) {
                header(file).ifPresent(headers::add);
            }
        } catch (IOException noneOrUnusable) {
            return List.of();
        }
        return headers;
    }

    /**
     * The files that are named as parts and cannot be used: damaged, of another version, or of other WAL. Reads all of
     * each, unlike {@link #headers}.
     */
    public List<Path> unusable() {
        try {
            return Directories.list(directory, file -> isPart(file)
                    && read(Lsn.parseFileName(file.getFileName().toString())).isEmpty());
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    private static boolean isPart(Path file) {
        String name = file.getFileName().toString();
        return name.length() == 16 && name.chars().allMatch(HexFormat::isHexDigit);
    }

    private Optional<IndexPartHeader> header(Path file) {
        ByteBuffer bytes = ByteBuffer.allocate(IndexPartHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            return Optional.of(IndexPartHeader.read(file, bytes)).filter(header -> fits(header)
                    && file(header.start()).equals(file));
        } catch (CorruptFileException | IOException unusable) {
            return Optional.empty();
        }
    }

    private boolean fits(IndexPartHeader header) {
        return header.systemIdentifier() == identity.systemIdentifier()
                && header.segmentSize() == identity.segmentSize()
                && header.segments() > 0 && header.segments() <= IndexPart.SEGMENTS
                && header.start().value() % identity.segmentSize() == 0;
    }

    /** The part that has the segment of {@code lsn} or would have it. */
    public Optional<IndexPart> read(Lsn lsn) {
        Path file = file(lsn);
        try {
            IndexPart part = IndexPart.parse(file, Files.readAllBytes(file));
            return fits(part.header()) && file(part.header().start()).equals(file) ? Optional.of(part)
                    : Optional.empty();
        } catch (CorruptFileException | IOException unusable) {
            return Optional.empty();
        }
    }

    /**
     * Writes a part over the one that it makes longer, durably. Does not bring back the directory of a timeline that
     * was removed meanwhile.
     *
     * @throws StorageFailedException if that fails; the index is then as before
     */
    public void write(IndexPart part) {
        try {
            files.steps().createDirectory(directory);
        } catch (FileAlreadyExistsException usual) {
            // From the second time on.
        } catch (IOException e) {
            throw new StorageFailedException("create", directory, e);
        }
        files.replace(file(part.summaries().getFirst().start()), part.toBytes());
    }

    /**
     * Removes the parts of which no segment is left.
     *
     * @param segments numbers of those that the timeline has
     */
    public void retain(Set<Long> segments) {
        for (IndexPartHeader header : headers()) {
            long first = Long.divideUnsigned(header.start().value(), identity.segmentSize());
            if (LongStream.range(first, first + header.segments()).noneMatch(segments::contains)) {
                files.delete(file(header.start()));
            }
        }
    }

    private Path file(Lsn lsn) {
        long unit = (long) IndexPart.SEGMENTS * identity.segmentSize();
        return directory.resolve(new Lsn(Long.divideUnsigned(lsn.value(), unit) * unit).toFileName());
    }
}
