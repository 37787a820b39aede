package dev.neon.snapshot;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.rmgr.xlog.XlogLandmark;
import dev.neon.state.MetadataFormat;
import dev.neon.wal.EndOfWal;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalHole;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalSpan;
import dev.neon.wal.WalTail;
import dev.neon.wal.WalkEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** The WAL of a repository's timelines, each with its ancestors' up to the fork. Keeps nothing: as new as the files. */
public final class RepositoryWal {
    private final Repository repository;
    private final Predicate<TimelineId> running;

    /**
     * @param running whether a server writes a timeline right now
     */
    public RepositoryWal(Repository repository, Predicate<TimelineId> running) {
        this.repository = repository;
        this.running = running;
    }

    /** The cluster that a timeline belongs to; for a timeline of the first draft as its oldest snapshot tells. */
    public ClusterIdentity identity(TimelineId timeline) {
        TimelineHistory history = repository.timelines().history(timeline);
        if (history.cluster().isPresent()) {
            return history.cluster().get();
        }
        if (history.parent().isPresent()) {
            return identity(history.parent().get().timeline());
        }
        Path snapshots = repository.timelines().snapshotsDirectory(timeline);
        try {
            for (Path entry : Directories.list(snapshots, SnapshotStore::isSnapshot)) {
                return identity(entry);
            }
        } catch (IOException e) {
            throw new StorageFailedException("read", snapshots, e);
        }
        throw new NotFoundException("timeline '" + timeline + "' has neither a header nor a snapshot",
                "Nothing tells which cluster it belongs to.");
    }

    private static ClusterIdentity identity(Path snapshot) {
        return Files.exists(snapshot.resolve(SnapshotManifest.NAME))
                ? MetadataFormat.read(snapshot.resolve(MetadataFile.NAME), MetadataFile.read(snapshot)).identity()
                : ControlFile.read(snapshot.resolve(DataDirectoryFiles.CONTROL_FILE)).identity();
    }

    /** The WAL of a timeline from the beginning of its oldest ancestor's. */
    public WalSource source(TimelineId timeline) {
        TimelineHistory history = repository.timelines().history(timeline);
        ClusterIdentity identity = identity(timeline);
        List<WalSpan> spans = new ArrayList<>();
        Lsn from = Lsn.ZERO;
        for (Ancestor ancestor : history.ancestors()) {
            spans.add(span(ancestor.timeline(), identity, from, Optional.of(ancestor.forkPoint())));
            from = ancestor.forkPoint();
        }
        spans.add(span(timeline, identity, from, Optional.empty()));
        return WalSource.of(identity, spans);
    }

    private WalSpan span(TimelineId timeline, ClusterIdentity identity, Lsn from, Optional<Lsn> to) {
        return new WalSpan(repository.timelines().walDirectory(timeline), from, to,
                new TimelinePromise(repository, timeline, identity));
    }

    /** The segments of a timeline's own that are promised, be they here by now or not. */
    public SortedSet<Long> promised(TimelineId timeline) {
        return repository.promises().of(timeline)
                .map(promise -> TimelinePromise.segments(promise, identity(timeline).segmentSize())).orElseGet(TreeSet::new);
    }

    /** The end of the last whole record: of the timeline's own WAL, or the fork point if it has none. */
    public Lsn end(TimelineId timeline) {
        return end(timeline, Lsn.ZERO);
    }

    /**
     * As the other, with less to read.
     *
     * @param reached where a record is known to end; what is before it is not looked at
     */
    public Lsn end(TimelineId timeline, Lsn reached) {
        Optional<Promise> promise = repository.promises().of(timeline);
        if (promise.isPresent()) {
            // Nobody writes here what another repository has promised.
            return promise.get().end();
        }
        Optional<Ancestor> parent = repository.timelines().history(timeline).parent();
        if (parent.isPresent() && !hasOwnWal(timeline)) {
            return parent.get().forkPoint();
        }
        EndOfWal.Mode mode = running.test(timeline) ? EndOfWal.Mode.LIVE : EndOfWal.Mode.FULL_LAST_SEGMENT;
        Optional<Lsn> known = known(timeline);
        return EndOfWal.find(source(timeline), known.filter(reached::isBefore).or(() -> Optional.of(reached).filter(Lsn.ZERO::isBefore)), mode).end();
    }

    /**
     * The end of the record that starts at {@code start}.
     *
     * @throws CorruptFileException if it cannot be read
     */
    public Lsn recordEnd(TimelineId timeline, Lsn start) {
        try (WalReader reader = WalReader.from(source(timeline), start)) {
            return readOne(timeline, reader, start).end();
        }
    }

    /**
     * The main data of the record that starts at {@code start}.
     *
     * @throws CorruptFileException if it cannot be read
     */
    byte[] mainData(TimelineId timeline, Lsn start) {
        try (WalReader reader = WalReader.from(source(timeline), start)) {
            return readOne(timeline, reader, start).record().main().rest();
        }
    }

    /** Whether the record that starts at {@code start} is the checkpoint of a shutdown. */
    boolean isShutdown(TimelineId timeline, Lsn start) {
        try (WalReader reader = WalReader.from(source(timeline), start)) {
            return XlogLandmark.isShutdown(readOne(timeline, reader, start).record());
        }
    }

    /** Forces the segment that holds the WAL before {@code lsn} to disk: a running server may not have done so yet. */
    public void sync(TimelineId timeline, Lsn lsn) {
        Optional<Path> segment = segmentBefore(timeline, lsn);
        if (segment.isPresent()) {
            try {
                repository.context().steps().sync(segment.get());
            } catch (IOException e) {
                throw new StorageFailedException("sync", segment.get(), e);
            }
        }
    }

    /** The segment that holds the WAL before {@code lsn}, which {@link #sync} forces to disk; empty if it is not here. */
    public Optional<Path> segmentBefore(TimelineId timeline, Lsn lsn) {
        WalSource source = source(timeline);
        return source.path(lsn.plus(-1).value() / source.identity().segmentSize());
    }

    /**
     * Removes what a power cut left behind the end of a timeline's own WAL, so that it is not taken for WAL while a
     * server runs; no server runs yet.
     */
    public void clearTail(TimelineId timeline) {
        new WalTail(repository.context().steps())
                .clear(source(timeline), end(timeline), repository.timelines().walDirectory(timeline));
    }

    /**
     * The end of a timeline on which no server runs, to be called before one starts: it would write over WAL behind a
     * damaged place.
     *
     * @throws CorruptFileException if a timeline's own WAL goes on behind its end; after a crash of the machine it may,
     *                              and {@link #clearTail} comes first
     */
    public Lsn endWithoutHole(TimelineId timeline) {
        if (!hasOwnWal(timeline)) {
            return end(timeline);
        }
        WalSource source = source(timeline);
        EndOfWal end = EndOfWal.find(source, known(timeline), EndOfWal.Mode.FULL_LAST_SEGMENT);
        WalHole.refuse(source, end);
        return end.end();
    }

    private static WalReader readOne(TimelineId timeline, WalReader reader, Lsn start) {
        if (reader.next()) {
            return reader;
        }
        throw switch (reader.why().orElseThrow()) {
            case WalkEnd.Defect defect -> defect.toException();
            case WalkEnd.NoMoreWal none -> new NotFoundException(
                    "timeline '" + timeline + "' has no WAL record at " + start,
                    "Its WAL ends before, at " + none.at() + ".");
        };
    }

    /** Whether all segments are there, or promised, from one position of a line to another, exclusive. */
    public boolean isThere(TimelineId timeline, Lsn from, Lsn to) {
        if (!from.isBefore(to)) {
            return true;
        }
        WalSource source = source(timeline);
        long first = Long.divideUnsigned(from.value(), source.segmentSize());
        long last = Long.divideUnsigned(to.plus(-1).value(), source.segmentSize());
        return LongStream.rangeClosed(first, last).allMatch(source::has);
    }

    /** Whether a timeline has a segment of its own, here or promised; a fork on which no server has run has none. */
    public boolean hasOwnWal(TimelineId timeline) {
        Path directory = repository.timelines().walDirectory(timeline);
        int segmentSize = identity(timeline).segmentSize();
        try {
            for (Path entry : Directories.list(directory)) {
                if (SegmentName.parse(entry.getFileName().toString(), segmentSize).isPresent()
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    return true;
                }
            }
        } catch (NoSuchFileException none) {
            // As below.
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
        return repository.promises().of(timeline).filter(promise -> !promise.wal().isEmpty()).isPresent();
    }

    /**
     * A point that the WAL has reached and after which no segment is missing: gc removes such as lie between a fork, or an
     * older snapshot, and the oldest point that somebody needs, but none after the newest snapshot.
     */
    private Optional<Lsn> known(TimelineId timeline) {
        Optional<Lsn> checkpoint = lastCheckpoint(timeline);
        Optional<Lsn> snapshot = newestSnapshot(timeline);
        return checkpoint.isPresent() && snapshot.isPresent()
                ? Optional.of(Lsn.max(checkpoint.get(), snapshot.get())) : checkpoint.or(() -> snapshot);
    }

    /** The LSN of a timeline's own newest snapshot, readable or not: where a record ends, or begins. */
    private Optional<Lsn> newestSnapshot(TimelineId timeline) {
        Path directory = repository.timelines().snapshotsDirectory(timeline);
        Optional<Lsn> newest = Optional.empty();
        try {
            for (Path entry : Directories.list(directory, SnapshotStore::isSnapshot)) {
                Lsn lsn = Lsn.parseFileName(entry.getFileName().toString());
                newest = Optional.of(newest.isPresent() ? Lsn.max(newest.get(), lsn) : lsn);
            }
            return newest;
        } catch (NoSuchFileException none) {
            return newest;
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
    }

    /** The checkpoint that the data directory names: PostgreSQL wrote it before it wrote the control file. */
    private Optional<Lsn> lastCheckpoint(TimelineId timeline) {
        Path control = repository.dataDirectory(timeline).resolve(DataDirectoryFiles.CONTROL_FILE);
        if (!Files.exists(control)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ControlFile.read(control).checkPointLsn());
        } catch (CorruptFileException damaged) {
            return Optional.empty();
        }
    }
}
