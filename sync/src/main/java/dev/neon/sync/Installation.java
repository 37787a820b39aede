package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CollectedLog;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts what was received and verified into its place, in an order in which a crash at each step leaves sound states. */
final class Installation {
    private final Repository repository;
    private final RepositoryWal wal;
    private final Incoming incoming;
    private final DurableFiles files;

    Installation(Repository repository, RepositoryWal wal, Incoming incoming) {
        this.repository = repository;
        this.wal = wal;
        this.incoming = incoming;
        this.files = repository.files();
    }

    /**
     * Installs; the caller holds {@code run/receive.lock}.
     *
     * @param parts ancestors first
     * @throws ConflictException if a timeline is not as it was when the parts were asked for
     */
    void run(List<Lack.Part> parts, Histories histories) {
        for (Lack.Part part : parts) {
            TimelineId id = part.offer().id();
            boolean isThere = repository.timelines().exists(id);
            if (isThere == part.isNew() || isThere && !wal.end(id, part.end()).equals(part.end())) {
                throw new ConflictException("timeline '" + id + "' has changed meanwhile",
                        "Somebody else has brought it here. Begin again.");
            }
            part.left().wal().forEach(run -> requireAbsent(id, run, histories));
        }
        for (Lack.Part part : parts) {
            fillSegments(part, histories.of(part.offer().id()).cluster().orElseThrow().segmentSize());
        }
        if (parts.isEmpty()) {
            return;
        }
        files.syncTree(incoming.directory());
        new CollectedLog(repository.directory(), files).add(gaps(parts, histories));
        for (Lack.Part part : parts) {
            TimelineId id = part.offer().id();
            if (part.isNew()) {
                if (!part.left().isEmpty()) {
                    repository.promises().write(incoming.timeline(id), part.left().promise(part.offer().end()));
                }
                files.rename(incoming.timeline(id), repository.timelines().directory(id));
            } else {
                extend(part);
            }
        }
    }

    /** A segment that has come meanwhile, up to where the WAL ended then, would hide what is promised behind. */
    private void requireAbsent(TimelineId id, WalRun run, Histories histories) {
        ClusterIdentity cluster = histories.of(id).cluster().orElseThrow();
        SegmentName name = SegmentName.containing(run.from(), cluster.walTimeline(), cluster.segmentSize());
        if (Files.exists(repository.timelines().walDirectory(id).resolve(name.toString()))) {
            throw new ConflictException("WAL of timeline '" + id + "' has come meanwhile", "Another command needed it. Begin again.");
        }
    }

    /** What the other side has no more of new timelines, or was not asked for. */
    private static List<CollectedLog.Run> gaps(List<Lack.Part> parts, Histories histories) {
        List<CollectedLog.Run> gaps = new ArrayList<>();
        for (Lack.Part part : parts) {
            TimelineId id = part.offer().id();
            Optional<Lsn> fork = histories.of(id).parent().map(Ancestor::forkPoint);
            int segmentSize = histories.of(id).cluster().orElseThrow().segmentSize();
            // Of a timeline without ancestors nobody knows where its WAL began; but its oldest state may lie before what there is.
            Lsn at = fork.or(() -> oldestState(part)).map(point -> new Lsn(point.value() & -segmentSize))
                    .orElse(part.lackingWal().isEmpty() ? part.offer().end() : part.lackingWal().getFirst().from());
            for (WalRun run : part.isNew() ? part.lackingWal() : List.<WalRun>of()) {
                if (at.isBefore(run.from())) {
                    gaps.add(new CollectedLog.Run(id, at, run.from()));
                }
                at = run.to();
            }
            if (part.isNew() && part.lackingWal().isEmpty() && fork.isPresent() && fork.get().isBefore(part.offer().end())) {
                gaps.add(new CollectedLog.Run(id, at, new Lsn(part.offer().end().plus(segmentSize - 1L).value() & -segmentSize)));
            }
        }
        return gaps;
    }

    private static Optional<Lsn> oldestState(Lack.Part part) {
        return part.files().stream().map(OfferedFile::path).filter(path -> path.startsWith(TimelineOffer.SNAPSHOTS))
                .map(path -> Lsn.parseFileName(path.split("/")[1])).min(Lsn::compareTo);
    }

    private void fillSegments(Lack.Part part, int segmentSize) {
        for (Path file : entries(incoming.wal(part.offer().id()))) {
            if (!file.getFileName().toString().endsWith(".history")) {
                try {
                    files.steps().setLength(file, segmentSize);
                } catch (IOException failure) {
                    throw new StorageFailedException("write", file, failure);
                }
            }
        }
    }

    /**
     * The segment in which the old end lies comes first by name, so WAL gets longer without a gap. What is promised comes behind that
     * WAL, and snapshots after the promise of their layers.
     */
    private void extend(Lack.Part part) {
        TimelineId id = part.offer().id();
        Path target = repository.timelines().directory(id);
        files.createDirectories(repository.timelines().walDirectory(id));
        for (Path file : entries(incoming.wal(id))) {
            files.rename(file, repository.timelines().walDirectory(id).resolve(file.getFileName()));
        }
        promise(part);
        for (String directory : List.of("settings", CommitMessages.DIRECTORY, "snapshots")) {
            List<Path> received = new ArrayList<>(entries(incoming.timeline(id).resolve(directory)));
            for (Path entry : received) {
                Path place = target.resolve(directory).resolve(entry.getFileName());
                files.createDirectories(place.getParent());
                if (!Files.exists(place)) {
                    files.rename(entry, place);
                }
            }
        }
    }

    private void promise(Lack.Part part) {
        Optional<Promise> held = repository.promises().of(part.offer().id());
        if (held.isEmpty() && part.left().isEmpty()) {
            return;
        }
        List<WalRun> wal = part.lackingWal();
        Promise more = part.left().promise(wal.isEmpty() ? part.end() : Lsn.max(part.end(), wal.getLast().to()));
        Promise all = held.map(promise -> promise.with(more)).orElse(more);
        if (!held.equals(Optional.of(all))) {
            repository.promises().write(repository.timelines().directory(part.offer().id()), all);
        }
    }

    private static List<Path> entries(Path directory) {
        try {
            List<Path> entries = new ArrayList<>(Directories.list(directory));
            entries.sort((one, other) -> one.getFileName().toString().compareTo(other.getFileName().toString()));
            return entries;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }
}
