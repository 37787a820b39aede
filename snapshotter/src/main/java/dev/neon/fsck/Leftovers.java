package dev.neon.fsck;

import dev.neon.fsck.Leftover.Kind;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.verified.VerifiedFile;
import dev.neon.repo.walindex.IndexPartHeader;
import dev.neon.repo.walindex.WalIndexFiles;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds what killed commands have left behind. Whoever works under a lock is told by that; all else counts as left only
 * when nothing in it has changed for some minutes. Changes nothing.
 */
public final class Leftovers {
    static final Duration UNTOUCHED = Duration.ofMinutes(10);
    /** PostgreSQL's own, in {@code run/}. */
    private static final String SOCKET = ".s.PGSQL.";
    private static final String LOCK = ".lock";

    private final Repository repository;
    private final RepositoryWal wal;
    private final List<Leftover> found = new ArrayList<>();

    private Leftovers(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /** All that there are. */
    public static List<Leftover> of(Repository repository, RepositoryWal wal) {
        Leftovers leftovers = new Leftovers(repository, wal);
        leftovers.find();
        return List.copyOf(leftovers.found);
    }

    private void find() {
        Path directory = repository.directory().toAbsolutePath();
        for (Path place : List.of(directory, repository.runDirectory(), directory.resolve("fsck"),
                directory.resolve("logs"))) {
            list(place, Leftovers::isLock).forEach(this::lock);
        }
        for (Path place : List.of(directory, repository.runDirectory(), directory.resolve("fsck"), directory.resolve("leases"),
                directory.resolve("logs"), directory.resolve("timelines"), repository.dataDirectories())) {
            temporaries(place);
        }
        refs(directory.resolve("refs"));
        list(directory.getParent(), entry -> isDraftOf(directory, entry)).forEach(this::temporary);
        list(repository.dataDirectories(), entry -> entry.getFileName().toString().startsWith(ScratchDirectory.PREFIX))
                .forEach(this::scratch);
        journal();
        VerifiedFile verified = new VerifiedFile(repository);
        verified.read().problem().ifPresent(problem -> found.add(new Leftover(Kind.MEMORY, verified.path(),
                "what fsck remembers " + problem, "remove")));
        repository.timelines().list().forEach(this::timeline);
    }

    private static List<Path> list(Path directory, Predicate<Path> which) {
        try {
            return Directories.list(directory, which::test);
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    private ProcessIdentity self() {
        return repository.context().process();
    }

    private static boolean isLock(Path entry) {
        String name = entry.getFileName().toString();
        return name.endsWith(LOCK) && !name.startsWith(SOCKET) && !DurableFiles.isTemporary(entry)
                && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
    }

    private void lock(Path file) {
        if (LockFile.isStale(file, self()) && (LockFile.describeOwner(file).isPresent() || isUntouched(file))) {
            found.add(new Leftover(Kind.LOCK, file, "a lock of " + LockFile.describeOwner(file)
                    .orElse("a process that did not write its name") + ", which is dead", "remove"));
        }
    }

    private void temporaries(Path directory) {
        list(directory, DurableFiles::isTemporary).forEach(this::temporary);
    }

    private void refs(Path directory) {
        temporaries(directory);
        list(directory, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && !DurableFiles.isTemporary(entry))
                .forEach(this::refs);
    }

    /** {@code .neon.tmp-0123456789abcdef}: a repository that was never finished stands beside its place. */
    private static boolean isDraftOf(Path directory, Path entry) {
        String name = entry.getFileName().toString();
        String own = directory.getFileName().toString();
        return name.startsWith(own) && DurableFiles.isTemporary(Path.of(name.substring(own.length())));
    }

    private void temporary(Path path) {
        if (isUntouched(path) && guards(repository, path).stream().noneMatch(guard -> LockFile.isHeld(guard, self()))) {
            found.add(new Leftover(Kind.TEMPORARY, path, Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    ? "an unfinished directory" : "an unfinished file", "remove"));
        }
    }

    private void scratch(Path path) {
        if (!LockFile.isHeld(lockFile(repository, path.getFileName().toString()), self())) {
            found.add(new Leftover(Kind.SCRATCH, path, "the directory of a command that has ended", "remove"));
        }
    }

    private static Path lockFile(Repository repository, String what) {
        return repository.runDirectory().resolve(what + LOCK);
    }

    /** The lock files of those who may be writing something under a temporary name. */
    static List<Path> guards(Repository repository, Path temporary) {
        Path directory = temporary.toAbsolutePath().getParent();
        if (directory.endsWith("snapshots")) {
            return List.of(lockFile(repository, "snapshots"));
        }
        if (directory.equals(repository.dataDirectories().toAbsolutePath())) {
            return repository.timelines().list().stream().map(TimelineId::hex)
                    .filter(id -> DurableFiles.isTemporaryOf(temporary, id))
                    .map(id -> lockFile(repository, "instance-" + id)).toList();
        }
        if (directory.equals(repository.directory().toAbsolutePath())) {
            return List.of(directory.resolve("config" + LOCK), directory.resolve("refs" + LOCK));
        }
        return directory.startsWith(repository.directory().resolve("refs").toAbsolutePath()) || directory.endsWith("logs")
                ? List.of(repository.directory().resolve("refs" + LOCK)) : List.of();
    }

    /** Whether nothing was changed in a file or tree for some minutes. */
    private boolean isUntouched(Path path) {
        return newest(path).plus(UNTOUCHED).isBefore(repository.context().clock().instant());
    }

    private static Instant newest(Path path) {
        Instant newest;
        try {
            newest = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (NoSuchFileException renamedMeanwhile) {
            return Instant.MAX.minus(UNTOUCHED);
        } catch (IOException failure) {
            throw new StorageFailedException("read", path, failure);
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : list(path, entry -> true)) {
                Instant of = newest(child);
                newest = of.isAfter(newest) ? of : newest;
            }
        }
        return newest;
    }

    private void journal() {
        Path file = repository.log().pendingFile();
        if (LockFile.isHeld(repository.directory().resolve("refs" + LOCK), self())) {
            return;
        }
        try {
            Optional<Operation> pending = repository.log().pending();
            pending.ifPresent(operation -> found.add(new Leftover(Kind.JOURNAL, file, "'" + operation.command()
                    + "' has happened, but its refs are not all in place", "complete")));
        } catch (CorruptFileException damage) {
            found.add(new Leftover(Kind.DAMAGED_JOURNAL, file, "the journal of refs is damaged, so that no ref can be read",
                    "put aside, so that refs are as their files say"));
        }
    }

    private void timeline(TimelineId timeline) {
        Path directory = repository.timelines().directory(timeline);
        for (Path place : List.of(directory, repository.timelines().settingsDirectory(timeline),
                repository.timelines().walDirectory(timeline), repository.timelines().walIndexDirectory(timeline),
                repository.timelines().snapshotsDirectory(timeline), repository.dataDirectory(timeline),
                repository.dataDirectory(timeline).resolve("global"))) {
            temporaries(place);
        }
        for (Path snapshot : list(repository.timelines().snapshotsDirectory(timeline),
                entry -> !DurableFiles.isTemporary(entry))) {
            temporaries(snapshot);
        }
        try {
            index(timeline);
        } catch (CorruptFileException | NotFoundException toldByTheCheck) {
            // Without its history nothing can be said of its index.
        }
    }

    private void index(TimelineId timeline) {
        if (!Files.isDirectory(repository.timelines().walIndexDirectory(timeline))) {
            return;
        }
        WalSource source = wal.source(timeline);
        WalIndexFiles index = new WalIndexFiles(repository.timelines().walIndexDirectory(timeline), repository.files(),
                source.identity());
        List<Path> unusable = index.unusable();
        if (!unusable.isEmpty()) {
            unusable.forEach(part -> found.add(new Leftover(Kind.WAL_INDEX, part,
                    "a part of the WAL index that cannot be used", "make anew from the WAL")));
            return;
        }
        Optional<Lsn> covered = source.forkPoint().or(source::begin);
        for (IndexPartHeader header : index.headers()) {
            if (covered.filter(header.start()::isAfter).isPresent()) {
                found.add(new Leftover(Kind.WAL_INDEX, repository.timelines().walIndexDirectory(timeline),
                        "the WAL index from " + covered.get() + " to " + header.start() + " is lost",
                        "make anew from the WAL"));
            }
            covered = Optional.of(header.end());
        }
    }
}
