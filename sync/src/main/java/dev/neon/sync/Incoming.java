package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * The directory {@code incoming/<who>/}, in which what comes from another repository waits until all of it is there: in
 * the shape of {@code timelines/}, each file as long as it has been received. Several threads may fill different files.
 */
final class Incoming implements PieceSink {
    private static final long WORTH_SYNCING = 1 << 20;
    /** Below the repository's directory. */
    static final String DIRECTORY = "incoming";
    /** In which a timeline's files are. */
    private static final List<String> PLACES = List.of("wal", "snapshots", "settings", CommitMessages.DIRECTORY);

    private final Repository repository;
    private final DurableFiles files;
    private final String who;
    private final Path directory;
    private final Map<TimelineId, ClusterIdentity> clusters;
    private final Map<Path, Sum> sums = new ConcurrentHashMap<>();
    /** Segments that begin with what the repository itself has of them, just copied. */
    private final Set<Path> copied = new HashSet<>();
    private volatile Optional<SyncAside> aside = Optional.empty();
    /** What is allowed to be shared with the repository from which it comes, and is; empty if nothing is to be. */
    private Optional<SharedFiles> shared = Optional.empty();
    /** Segments of which something is lacking. */
    private final Set<Path> awaited = new HashSet<>();

    /** The checksum of what a file begins with. */
    private static final class Sum {
        private final CRC32C checksum = new CRC32C();
        private long bytes;
    }

    /**
     * @param who      whose pieces they are: lower-case letters, digits and dashes
     * @param clusters of the timelines whose pieces may come
     */
    Incoming(Repository repository, String who, Map<TimelineId, ClusterIdentity> clusters) {
        if (!who.matches("[a-z0-9-]+")) {
            throw new InvalidInputException("invalid sender '" + who + "'");
        }
        this.repository = repository;
        this.who = who;
        this.files = repository.files();
        this.clusters = clusters;
        this.directory = repository.directory().resolve(DIRECTORY).resolve(who);
    }

    /** Where the files of a timeline are received. */
    Path timeline(TimelineId id) {
        return directory.resolve(id.hex());
    }

    Path wal(TimelineId id) {
        return timeline(id).resolve("wal");
    }

    Path directory() {
        return directory;
    }

    /** What it is while it is verified and installed: nobody gives pieces to that. */
    Incoming taken() {
        return new Incoming(repository, who + "-taken", clusters);
    }

    /** Gives all that has come to another, which has nothing; if that has something, it stays as it is. */
    void moveTo(Incoming other) {
        if (Files.exists(directory) && !Files.exists(other.directory)) {
            files.rename(directory, other.directory);
        }
    }

    /** From now on large files are synced by other threads than those that give them; the caller finishes and closes it. */
    SyncAside syncAside() {
        SyncAside begun = new SyncAside(files.steps());
        aside = Optional.of(begun);
        return begun;
    }

    /** From now on files that are offered and never change become hard links where that can be. */
    void share() {
        shared = Optional.of(new SharedFiles(files.steps(), directory));
    }

    /** Whether a file is one of the other repository's, so that its bytes are neither written nor read here. */
    boolean isShared(Path file) {
        return shared.isPresent() && shared.get().has(file);
    }

    /** How many bytes were taken by hard links. */
    long sharedBytes() {
        return shared.map(SharedFiles::bytes).orElse(0L);
    }

    /** Makes room for what is lacking, and tells what has not been received yet. */
    List<Piece> prepare(List<Lack.Part> parts) {
        List<Piece> pieces = new ArrayList<>();
        for (Lack.Part part : parts) {
            TimelineId id = part.offer().id();
            files.makeDirectories(timeline(id));
            if (part.isNew()) {
                PLACES.forEach(name -> files.makeDirectories(timeline(id).resolve(name)));
                write(timeline(id).resolve(TimelineOffer.HISTORY), part.offer().text());
            }
            part.directories().forEach(name -> files.makeDirectories(timeline(id).resolve(TimelinePaths.require(name))));
            for (OfferedFile file : part.files()) {
                add(pieces, new Piece.OfFile(id, TimelinePaths.require(file.path()), 0, file.bytes()));
            }
            for (WalRun run : part.wal()) {
                for (WalRun piece : run.segments(cluster(id).segmentSize())) {
                    add(pieces, new Piece.OfWal(id, piece.from(), piece.to()));
                }
            }
        }
        return pieces;
    }

    private void write(Path file, String text) {
        try {
            delete(file);
            files.steps().create(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** Makes room for pieces from the beginnings of their files, and tells what has not been received yet. */
    List<Piece> ask(List<Piece> wanted) {
        List<Piece> pieces = new ArrayList<>();
        wanted.forEach(piece -> add(pieces, piece));
        return pieces;
    }

    /** Forces what was received to disk, segments filled up with zeros as PostgreSQL leaves them. */
    void complete(List<Piece> received) {
        List<Path> all = new ArrayList<>();
        for (Piece piece : received) {
            Path file = file(piece);
            all.add(file);
            try {
                if (piece instanceof Piece.OfWal) {
                    files.steps().setLength(file, cluster(piece.timeline()).segmentSize());
                }
            } catch (IOException failure) {
                throw new StorageFailedException("write", file, failure);
            }
        }
        try {
            files.steps().syncAll(all);
        } catch (IOException failure) {
            throw new StorageFailedException("sync", directory, failure);
        }
    }

    private void add(List<Piece> pieces, Piece piece) {
        Path file = file(piece);
        files.makeDirectories(file.getParent());
        long begin = begin(piece);
        try {
            // Small files may have changed since they were received; the others never do.
            if (!Files.exists(file) || piece instanceof Piece.OfFile part && !part.path().startsWith(TimelineOffer.SNAPSHOTS)) {
                begin(file, piece, begin);
            }
            long there = Files.size(file) - begin;
            // What a command that was killed has linked is the other repository's too: nothing may be added to it.
            if (there > piece.bytes() || there < 0 || there < piece.bytes() && SharedFiles.hasOtherNames(file)) {
                begin(file, piece, begin);
                there = 0;
            }
            if (there < piece.bytes()) {
                pieces.add(piece.without(there));
                if (piece instanceof Piece.OfWal) {
                    awaited.add(file);
                }
            }
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** Writes a file anew: what it has before a piece of it. Nothing is forced to disk before all has come: what a crash takes is fetched again. */
    private void begin(Path file, Piece piece, long begin) throws IOException {
        delete(file);
        if (begin == 0 || !(piece instanceof Piece.OfWal)) {
            files.steps().create(file, new byte[0]);
            return;
        }
        Path own = repository.timelines().walDirectory(piece.timeline()).resolve(file.getFileName().toString());
        if (!Files.exists(own) || Files.size(own) < begin) {
            // There is nothing for it to go on from.
            throw new InvalidInputException(piece + " does not begin where a segment does", "The other side is broken, or means harm.");
        }
        // A whole segment under the name would look as if all of the piece had come.
        Path draft = DurableFiles.temporaryBeside(file);
        files.steps().copy(own, draft);
        files.steps().setLength(draft, begin);
        files.steps().rename(draft, file);
        copied.add(file);
    }

    /** Whether what stands in a segment before what was asked for is this repository's, and need not be compared with it. */
    boolean isCopied(Path segment) {
        return copied.contains(segment);
    }

    private void delete(Path file) throws IOException {
        if (Files.exists(file)) {
            files.steps().delete(file);
        }
    }

    @Override
    public void append(Piece piece, long at, ByteBuffer content) {
        Path file = file(piece);
        long end = at + content.remaining();
        try {
            long there = Files.size(file);
            // A piece may be given in parts: its own beginning is not the file's.
            if (there != begin(piece) + at || end > piece.bytes()) {
                throw new InvalidInputException(piece + " came at byte " + at + ", and " + there + " are there",
                        "Begin again: what is there is kept.");
            }
            ByteBuffer summed = content.duplicate();
            files.steps().append(file, content);
            if (piece instanceof Piece.OfFile) {
                sum(file, there, summed);
            }
            if (end == piece.bytes()) {
                arrived(file);
                syncWorthwhile(piece, file);
            }
        } catch (NoSuchFileException unasked) {
            throw new InvalidInputException(piece + " was not asked for");
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** All will be forced to disk in the end; so the disk works while the rest comes. */
    private void syncWorthwhile(Piece piece, Path file) throws IOException {
        if (piece.bytes() < WORTH_SYNCING) {
            return;
        }
        if (aside.isPresent()) {
            aside.get().add(file);
        } else {
            files.steps().sync(file);
        }
    }

    @Override
    public Taken take(Piece piece, Path source) {
        if (begin(piece) != 0 || !source.getFileSystem().equals(directory.getFileSystem())) {
            return Taken.NO;
        }
        Path file = file(piece);
        try {
            files.steps().delete(file);
            Taken taken = shared.isPresent() && shared.get().link(piece, source, file) ? Taken.LINKED : Taken.COPIED;
            if (taken == Taken.COPIED) {
                files.steps().copy(source, file);
            }
            arrived(file);
            syncWorthwhile(piece, file);
            return taken;
        } catch (FileAlreadyExistsException | NoSuchFileException meanwhile) {
            return Taken.NO;
        } catch (IOException failure) {
            throw new StorageFailedException("copy", source, failure);
        }
    }

    private void sum(Path file, long there, ByteBuffer content) {
        Sum sum = there == 0 ? new Sum() : sums.getOrDefault(file, new Sum());
        if (sum.bytes == there) {
            sum.bytes += content.remaining();
            sum.checksum.update(content);
            sums.put(file, sum);
        }
    }

    /** The CRC-32C of a file of so many bytes, if this object has seen all of it come; else the file has to be read. */
    OptionalInt checksum(Path file, long bytes) {
        Sum sum = sums.get(file);
        return sum == null || sum.bytes != bytes ? OptionalInt.empty() : OptionalInt.of((int) sum.checksum.getValue());
    }

    private void arrived(Path file) {
        synchronized (awaited) {
            awaited.remove(file);
            awaited.notifyAll();
        }
    }

    /** Nothing more comes, be all there or not: ends {@link #await}. */
    void over() {
        synchronized (awaited) {
            awaited.clear();
            awaited.notifyAll();
        }
    }

    /** Waits until there is as much of a segment as was {@linkplain #prepare asked for}, or nothing more comes. */
    void await(Path segment) {
        synchronized (awaited) {
            try {
                while (awaited.contains(segment)) {
                    awaited.wait();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new TransferFailedException("the transfer was interrupted", "Try again: what has come is kept.");
            }
        }
    }

    /** Where in its file a piece begins. */
    private long begin(Piece piece) {
        return piece instanceof Piece.OfWal part ? part.from().value() & cluster(part.timeline()).segmentSize() - 1
                : ((Piece.OfFile) piece).from();
    }

    Path file(Piece piece) {
        return piece instanceof Piece.OfWal part ? wal(part.timeline()).resolve(segment(part).toString())
                : timeline(piece.timeline()).resolve(TimelinePaths.require(((Piece.OfFile) piece).path()));
    }

    private SegmentName segment(Piece.OfWal part) {
        ClusterIdentity cluster = cluster(part.timeline());
        Lsn last = part.to().plus(-1);
        SegmentName name = SegmentName.containing(part.from(), cluster.walTimeline(), cluster.segmentSize());
        if (!part.from().isBefore(part.to()) || last.value() / cluster.segmentSize() != name.number()) {
            throw new InvalidInputException(part + " is not of one segment");
        }
        return name;
    }

    private ClusterIdentity cluster(TimelineId id) {
        ClusterIdentity cluster = clusters.get(id);
        if (cluster == null) {
            throw new InvalidInputException("timeline '" + id + "' was not offered");
        }
        return cluster;
    }

    /**
     * Removes of some timelines what is not to be taken in now: an earlier try may have been for other history, or for
     * snapshots that the other side has collected since, of which some files had come.
     */
    void retain(List<Lack.Part> parts) {
        for (Lack.Part part : parts) {
            Path root = timeline(part.offer().id());
            Set<Path> wanted = wanted(part, root);
            if (Files.isDirectory(root)) {
                files.retainOnly(root, path -> wanted.contains(path) || PLACES.contains(path.toString()));
            }
        }
    }

    /** The files of a part, and the directories in which they are; relative. */
    private Set<Path> wanted(Lack.Part part, Path root) {
        TimelineId id = part.offer().id();
        List<Path> paths = new ArrayList<>();
        if (part.isNew()) {
            paths.add(root.resolve(TimelineOffer.HISTORY));
        }
        part.files().forEach(file -> paths.add(root.resolve(TimelinePaths.require(file.path()))));
        part.directories().forEach(name -> paths.add(root.resolve(TimelinePaths.require(name))));
        for (WalRun run : part.wal()) {
            run.segments(cluster(id).segmentSize()).forEach(piece -> paths.add(file(new Piece.OfWal(id, piece.from(), piece.to()))));
        }
        Set<Path> wanted = new HashSet<>();
        for (Path path : paths) {
            for (Path relative = root.relativize(path); relative != null && wanted.add(relative); relative = relative.getParent()) {
                continue;
            }
        }
        return wanted;
    }

    /** Removes all of it. */
    void clear() {
        if (Files.exists(directory)) {
            files.retainOnly(directory, path -> false);
            files.deleteEmpty(directory, directory);
        }
    }
}
