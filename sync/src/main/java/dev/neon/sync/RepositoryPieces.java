package dev.neon.sync;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pieces that a repository has. */
final class RepositoryPieces implements PieceSource {
    private final Repository repository;
    private final RepositoryWal wal;
    private final PromisedPieces promised;
    private final Map<TimelineId, SegmentName> segments = new ConcurrentHashMap<>();

    RepositoryPieces(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
        this.promised = new PromisedPieces(repository, wal);
    }

    /** Fetches at once what this repository itself has only been promised. */
    void bring(List<Piece> pieces) {
        promised.bring(pieces);
    }

    @Override
    public InputStream open(Piece piece) {
        return switch (piece) {
            case Piece.OfFile part -> open(path(part), part.from(), part);
            case Piece.OfWal part -> {
                SegmentName name = segment(part);
                yield open(path(part, name), part.from().minus(name.start()), part);
            }
        };
    }

    @Override
    public Optional<Path> file(Piece piece) {
        return piece instanceof Piece.OfWal part ? wholeSegment(part) : wholeFile((Piece.OfFile) piece);
    }

    private Optional<Path> wholeFile(Piece.OfFile part) {
        return part.from() == 0 && part.path().startsWith(TimelineOffer.SNAPSHOTS) ? withLength(path(part), part.to()) : Optional.empty();
    }

    /** One that is full: what comes later stands in other segments. */
    private Optional<Path> wholeSegment(Piece.OfWal part) {
        SegmentName name = segment(part);
        return part.from().equals(name.start()) && part.to().equals(name.end()) ? withLength(path(part, name), name.segmentSize())
                : Optional.empty();
    }

    private static Optional<Path> withLength(Path path, long bytes) {
        try {
            return Files.size(path) == bytes ? Optional.of(path) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private Path path(Piece.OfWal part, SegmentName name) {
        return repository.timelines().walDirectory(part.timeline()).resolve(name.toString());
    }

    private Path path(Piece.OfFile part) {
        return repository.timelines().directory(part.timeline()).resolve(TimelinePaths.require(part.path()));
    }

    private SegmentName segment(Piece.OfWal part) {
        SegmentName any = segments.computeIfAbsent(part.timeline(), id -> SegmentName.containing(part.from(),
                wal.identity(id).walTimeline(), wal.identity(id).segmentSize()));
        return SegmentName.containing(part.from(), any.timeline(), any.segmentSize());
    }

    private InputStream open(Path file, long offset, Piece piece) {
        if (!Files.exists(file)) {
            promised.bring(List.of(piece));
        }
        try {
            FileChannel channel = FileChannel.open(file);
            channel.position(offset);
            return Channels.newInputStream(channel);
        } catch (NoSuchFileException gone) {
            throw new NotFoundException(piece + " is not there any more", "It was collected. Begin again.");
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
