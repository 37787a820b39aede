package dev.neon.fsck;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.walindex.WalIndexFiles;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.WalSource;
import dev.neon.walindex.WalIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Does away with {@link Leftovers}. Each is looked at again under the lock of those who might be at it. */
public final class Repair {
    private final Repository repository;
    private final RepositoryWal wal;
    private final Set<TimelineId> indexed = new HashSet<>();

    public Repair(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /**
     * Does away with all.
     *
     * @param done told of each that is gone, and how
     * @param left told of each that is not, and why
     */
    public void run(List<Leftover> leftovers, Consumer<Outcome> done, Consumer<Outcome> left) {
        for (Leftover leftover : leftovers) {
            try {
                done.accept(new Outcome(leftover, mend(leftover)));
            } catch (BusyException | CorruptFileException | NotFoundException reason) {
                left.accept(new Outcome(leftover, String.valueOf(reason.getMessage())));
            }
        }
    }

    /** What became of a leftover, in words for people. */
    public record Outcome(Leftover leftover, String how) {}

    private String mend(Leftover leftover) {
        Path path = leftover.path();
        return switch (leftover.kind()) {
            case LOCK -> {
                if (!LockFile.removeStale(repository.files(), path, repository.context().process())
                        && Files.exists(path)) {
                    throw new BusyException("'" + path + "' was taken by another process", "Nothing needs to be done.");
                }
                yield "removed";
            }
            case TEMPORARY -> {
                underLocks(Leftovers.guards(repository, path), () -> repository.files().deleteTree(path));
                yield "removed";
            }
            case SCRATCH -> {
                try (LockFile _ = repository.lock(path.getFileName().toString())) {
                    repository.files().deleteTree(path);
                }
                yield "removed";
            }
            case JOURNAL -> {
                repository.refs().complete();
                yield "completed";
            }
            case DAMAGED_JOURNAL -> "put aside as '" + repository.refs().putAsideJournal() + "'";
            case WAL_INDEX -> {
                index(path);
                yield "made anew";
            }
            case MEMORY -> {
                repository.files().delete(path);
                yield "removed";
            }
        };
    }

    private void underLocks(List<Path> guards, Runnable work) {
        List<LockFile> held = new ArrayList<>();
        try {
            for (Path guard : guards) {
                String name = guard.getFileName().toString();
                held.add(LockFile.acquire(repository.files(),
                        guard.resolveSibling(name.substring(0, name.length() - ".lock".length())),
                        repository.context().process(), Duration.ZERO));
            }
            work.run();
        } finally {
            held.reversed().forEach(LockFile::close);
        }
    }

    /** Makes a timeline's index anew as far as it cannot be used. @param place a part, or the directory of parts */
    private void index(Path place) {
        for (TimelineId timeline : repository.timelines().list()) {
            Path directory = repository.timelines().walIndexDirectory(timeline);
            if (place.startsWith(directory) && indexed.add(timeline)) {
                WalSource source = wal.source(timeline);
                new WalIndexFiles(directory, repository.files(), source.identity()).unusable()
                        .forEach(repository.files()::delete);
                WalIndex.open(repository, timeline, source, wal.end(timeline));
            }
        }
    }
}
