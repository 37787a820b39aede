package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalCut;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The segments that PostgreSQL needs to see in {@code pg_wal} before it can recover. */
final class TimelineWalDirectory {
    private final Repository repository;
    private final TimelineId timeline;
    private final WalSource source;
    private final Path directory;

    TimelineWalDirectory(Repository repository, RepositoryWal wal, TimelineId timeline) {
        this.repository = repository;
        this.timeline = timeline;
        this.source = wal.source(timeline);
        this.directory = repository.timelines().walDirectory(timeline);
    }

    /** Writes the fork's segment if it is not there, and links the ancestors' that recovery will read. */
    void prepare(DataDirectoryBuilder.Built built) {
        repository.files().createDirectories(directory);
        Optional<Ancestor> parent = repository.timelines().history(timeline).parent();
        if (parent.isEmpty()) {
            return;
        }
        copyHistoryFile(directory);
        Lsn fork = parent.get().forkPoint();
        if (!isOwn(segment(fork))) {
            new WalCut(repository.context().steps()).write(source, fork, directory);
        }
        bring(built.readFrom(), Lsn.min(fork, built.point()).plus(1));
        long last = segment(Lsn.min(fork, built.point()));
        for (long number = segment(built.readFrom()); number <= last; number++) {
            Optional<Path> elsewhere = source.path(number).filter(path -> !path.getParent().equals(directory));
            if (elsewhere.isPresent()) {
                link(number, elsewhere.get());
            }
        }
    }

    /** Copies the segments that a server will read, the last one cut at the point, into a directory. */
    void copyTo(Path target, DataDirectoryBuilder.Built built) {
        copyHistoryFile(target);
        bring(built.readFrom(), built.point());
        try {
            for (long number = segment(built.readFrom()); number < segment(built.point()); number++) {
                Path from = source.path(number).orElseThrow(missing(number));
                repository.files().steps().copy(from, target.resolve(from.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new StorageFailedException("copy WAL to", target, e);
        }
        new WalCut(repository.context().steps()).write(source, built.point(), target);
    }

    /** PostgreSQL reads files, and asks nobody to bring them. */
    private void bring(Lsn from, Lsn to) {
        repository.promises().fetch(source.missing(from, to));
    }

    /** For good, as a server that was stopped in a segment that begins on the older timeline asks for it again. */
    private void copyHistoryFile(Path target) {
        Optional<Path> file = source.historyFile().filter(path -> !path.getParent().equals(target));
        if (file.isPresent()) {
            try {
                repository.files().replace(target.resolve(file.get().getFileName()), Files.readAllBytes(file.get()));
            } catch (IOException e) {
                throw new StorageFailedException("read", file.get(), e);
            }
        }
    }

    /** Removes the links to ancestors' segments, which no server needs once it has recovered. */
    static void removeLinks(Path directory) {
        try {
            for (Path entry : Directories.list(directory, Files::isSymbolicLink)) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new StorageFailedException("clean", directory, e);
        }
    }

    private boolean isOwn(long number) {
        return Files.isRegularFile(directory.resolve(name(number)), LinkOption.NOFOLLOW_LINKS);
    }

    private void link(long number, Path target) {
        Path link = directory.resolve(name(number));
        try {
            Files.deleteIfExists(link);
            repository.files().steps().symlink(link, directory.relativize(target));
        } catch (IOException e) {
            throw new StorageFailedException("link", link, e);
        }
    }

    private long segment(Lsn lsn) {
        return lsn.value() / source.identity().segmentSize();
    }

    private String name(long number) {
        return new SegmentName(source.identity().walTimeline(), number, source.identity().segmentSize()).toString();
    }

    private Supplier<NotFoundException> missing(long number) {
        return () -> new NotFoundException("WAL segment '" + name(number) + "' of timeline '"
                + timeline + "' is missing", "Without it nothing after the snapshot can be rebuilt.");
    }
}
