package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A repository as others see it: what is behind each transport. Each call is for itself, and several may come at the same
 * time, of several processes too.
 */
public final class RepositoryEndpoint implements Remote {
    private static final String INVENTORY = "inventory";
    private static final int CHUNK = 1 << 20;
    /** One copy waits for the disk while another is made. */
    private static final int WIDTH = 4;
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final String name;
    private final Repository repository;
    private final RepositoryWal wal;
    private final Ancestry ancestry;
    private final Receiver receiver;
    private final RefUpdates updates;
    private final RepositoryPieces pieces;
    private final Consumer<RepositoryEndpoint> afterPush;
    /** Held until the connection ends, so that nothing vanishes that the other side was told of. */
    private final List<HeldLease> leases = new ArrayList<>();

    /**
     * @param name      what the other side calls it
     * @param isRunning whether a server runs on a timeline
     */
    public RepositoryEndpoint(String name, Repository repository, Predicate<TimelineId> isRunning) {
        this(name, repository, isRunning, _ -> { });
    }

    /**
     * As the other.
     *
     * @param afterPush called when somebody has moved refs
     */
    public RepositoryEndpoint(String name, Repository repository, Predicate<TimelineId> isRunning,
            Consumer<RepositoryEndpoint> afterPush) {
        this.afterPush = afterPush;
        this.name = name;
        this.repository = repository;
        this.wal = new RepositoryWal(repository, isRunning);
        this.ancestry = new Ancestry(repository, wal);
        this.receiver = new Receiver(repository, wal);
        this.updates = new RefUpdates(repository, wal, isRunning, Hooks.of(repository));
        this.pieces = new RepositoryPieces(repository, wal);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RemoteRefs refs(List<String> prefixes) {
        TreeMap<RefName, RefTarget.Point> told = new TreeMap<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG)) {
            repository.refs().list(kind).forEach((ref, target) -> {
                if (prefixes.isEmpty() || prefixes.stream().anyMatch(ref.full()::startsWith)) {
                    told.put(ref, ancestry.point(target));
                }
            });
        }
        Optional<RefName> head = Head.read(repository.refs()).flatMap(Head::branch);
        return new RemoteRefs(toldId(), receiver.cluster(), head, told);
    }

    /** A copy that can only be read cannot take an id of its own, and need not: it writes nothing. */
    private RepositoryId toldId() {
        try {
            return repository.ownId();
        } catch (StorageFailedException | BusyException readOnly) {
            return repository.id();
        }
    }

    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        if (!tips.isEmpty()) {
            leases.add(repository.leases().holdForReading("fetched by another repository",
                    tips.stream().map(tip -> Lease.Span.ofPoint(tip.timeline(), tip.lsn())).toArray(Lease.Span[]::new)));
        }
        return new InventoryReader(repository, wal).read(tips, depth);
    }

    @Override
    public void get(List<Piece> wanted, PieceSink sink) {
        pieces.bring(wanted);
        InParallel.each(wanted, WIDTH, name, piece -> {
            Optional<Path> file = pieces.file(piece);
            if (file.isEmpty() || sink.take(piece, file.get()) == PieceSink.Taken.NO) {
                copy(pieces, piece, sink);
            }
        });
    }

    /** Where pieces come from. */
    public PieceSource source() {
        return pieces;
    }

    private static void copy(PieceSource source, Piece piece, PieceSink sink) {
        try (InputStream in = source.open(piece)) {
            for (long at = 0; at < piece.bytes(); ) {
                byte[] content = in.readNBytes((int) Math.min(CHUNK, piece.bytes() - at));
                if (content.length == 0) {
                    throw new NotFoundException(piece + " is not there any more", "It was collected. Begin again.");
                }
                sink.append(piece, at, ByteBuffer.wrap(content));
                at += content.length;
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", repository(piece), failure);
        }
    }

    private static Path repository(Piece piece) {
        return Path.of(piece.timeline().hex());
    }

    @Override
    public List<Piece> offer(RepositoryId from, Inventory inventory) {
        Histories histories = Histories.of(repository, inventory, receiver.cluster());
        Incoming incoming = new Incoming(repository, from.hex(), histories.clusters());
        try (LockFile _ = lock(from); HeldLease _ = receiver.hold("push of " + from, inventory)) {
            // As a crash amid an update may have left it.
            incoming.taken().moveTo(incoming);
            List<Lack.Part> parts = receiver.lack(inventory, inventory.tips(), histories);
            repository.files().createDirectories(incoming.directory());
            // First, so that nobody who sends on what was asked for before adds to what is measured now.
            repository.files().replace(incoming.directory().resolve(INVENTORY),
                    InventoryFormat.format(inventory).getBytes(StandardCharsets.UTF_8));
            return incoming.prepare(parts);
        }
    }

    @Override
    public void put(RepositoryId from, List<Piece> given, PieceSource source) {
        PieceSink sink = sink(from);
        given.forEach(piece -> copy(source, piece, sink));
    }

    /**
     * Where pieces go that were {@linkplain #offer asked for}; others are refused, and so are all once more is offered: what a broken
     * connection still brings may be what another one was asked for.
     */
    public PieceSink sink(RepositoryId from) {
        Optional<Object> mark = offerMark(from);
        Inventory inventory = offered(from);
        Incoming incoming = new Incoming(repository, from.hex(), Histories.of(repository, inventory, receiver.cluster()).clusters());
        Map<TimelineId, Map<String, Long>> files = new HashMap<>();
        inventory.timelines().forEach(offer -> files.put(offer.id(), offer.files().stream()
                .collect(Collectors.toMap(OfferedFile::path, OfferedFile::bytes, Math::min))));
        return (piece, at, content) -> {
            requireOffered(inventory, files, piece);
            if (!offerMark(from).equals(mark)) {
                throw new ConflictException("something else was offered meanwhile", "Another push of the same repository has begun: wait for it.");
            }
            incoming.append(piece, at, content);
        };
    }

    /** @param files of each timeline, with their lengths: there may be many, and this is asked for each chunk */
    private static void requireOffered(Inventory inventory, Map<TimelineId, Map<String, Long>> files, Piece piece) {
        TimelineOffer offer = inventory.of(piece.timeline())
                .orElseThrow(() -> new InvalidInputException(piece + " was not offered"));
        boolean isOffered = switch (piece) {
            case Piece.OfFile part -> part.from() >= 0
                    && part.to() <= files.get(part.timeline()).getOrDefault(part.path(), -1L);
            case Piece.OfWal part -> offer.wal().stream().anyMatch(run -> !part.from().isBefore(run.from())
                    && !part.to().isAfter(run.to()));
        };
        if (!isOffered) {
            throw new InvalidInputException(piece + " was not offered");
        }
    }

    /** What tells one offer from the next; empty if there is none any more. */
    private Optional<Object> offerMark(RepositoryId from) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(offerFile(from), BasicFileAttributes.class);
            return Optional.of(List.of(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", offerFile(from), failure);
        }
    }

    private Path offerFile(RepositoryId from) {
        return repository.directory().resolve(Incoming.DIRECTORY).resolve(from.hex()).resolve(INVENTORY);
    }

    private Inventory offered(RepositoryId from) {
        Path file = offerFile(from);
        try {
            return InventoryFormat.parse(Files.readString(file));
        } catch (NoSuchFileException none) {
            throw new InvalidInputException("nothing was offered", "Begin again: another push may have ended this one.");
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    @Override
    public List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> wished, boolean isAtomic) {
        RefUpdate.requireOnce(wished.stream().map(RefUpdate::name).toList());
        List<RefUpdate.Outcome> outcomes = new ArrayList<>();
        try (LockFile _ = lock(from)) {
            Optional<List<RefUpdate.Outcome>> refused = update(from, wished, isAtomic, outcomes);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        updates.tell(wished, outcomes);
        afterPush.accept(this);
        return outcomes;
    }

    private LockFile lock(RepositoryId from) {
        return repository.lock("push-" + from.hex(), WAIT);
    }

    /** Fills in what came of the wishes, or returns it if nothing can come of them. */
    private Optional<List<RefUpdate.Outcome>> update(RepositoryId from, List<RefUpdate> wished, boolean isAtomic,
            List<RefUpdate.Outcome> outcomes) {
        Inventory inventory = offered(from);
        Histories histories = Histories.of(repository, inventory, receiver.cluster());
        Incoming incoming = new Incoming(repository, from.hex(), histories.clusters());
        try (HeldLease _ = receiver.hold("push of " + from, inventory)) {
            List<Lack.Part> parts = receiver.lack(inventory, inventory.tips(), histories);
            Optional<List<RefUpdate.Outcome>> refused = updates.hopeless(wished, isAtomic, histories);
            if (refused.isPresent()) {
                // What was received stays for another try: one that is forced.
                if (parts.isEmpty()) {
                    incoming.clear();
                }
                return refused;
            }
            // Else it could be given other content on another connection once it is verified.
            Incoming taken = incoming.taken();
            taken.clear();
            incoming.moveTo(taken);
            try (Verification verification = receiver.verification(taken, histories, parts, false)) {
                receiver.install(taken, verification, inventory.tips(), histories, parts, () ->
                        outcomes.addAll(updates.run(wished, isAtomic, "push from " + from)));
            } finally {
                taken.moveTo(incoming);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        leases.forEach(HeldLease::close);
        leases.clear();
    }
}
