package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.SegmentName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fetches what remotes have promised, when it is needed. Parts are received below {@code incoming/promised/}, from which an interrupted
 * try goes on, verified, and renamed into their places, a batch at a time; so another command need not wait for all of them.
 */
public final class PromisedFetch {
    private static final long BATCH = 256L << 20;
    private static final String WHO = "promised";
    private static final Duration WAIT = Duration.ofHours(6);
    private static final Duration INSTALLATION_WAIT = Duration.ofMinutes(2);

    private final Repository repository;
    private final RepositoryWal wal;
    private final Function<Remotes.Configured, Remote> open;
    private final RateLimit limit;

    /** @param open opens a remote */
    public PromisedFetch(Repository repository, Function<Remotes.Configured, Remote> open) {
        this.repository = repository;
        this.wal = new RepositoryWal(repository, _ -> false);
        this.open = open;
        this.limit = RateLimit.of(repository.config());
    }

    /**
     * Puts parts in their places; those that are there by now are passed over.
     *
     * @throws TransferFailedException if one cannot be had of any promisor
     */
    public void run(List<PromisedPart> parts) {
        if (missing(parts).isEmpty()) {
            return;
        }
        List<Remotes.Configured> promisors = new Remotes(repository.config()).promisors();
        if (promisors.isEmpty()) {
            throw new TransferFailedException("unable to fetch " + parts.getFirst() + ": it was promised, and no remote is a promisor any more",
                    "'neon config set remote.<name>.promisor true' says of which remote it can be had.");
        }
        List<NeonException> failures = new ArrayList<>();
        for (Remotes.Configured promisor : promisors) {
            try (Remote remote = open.apply(promisor)) {
                take(remote, missing(parts));
                return;
            } catch (StorageFailedException own) {
                throw own;
            } catch (NeonException failure) {
                failures.add(failure);
            }
        }
        throw failed(missing(parts), promisors, failures);
    }

    private TransferFailedException failed(List<PromisedPart> missing, List<Remotes.Configured> promisors, List<NeonException> failures) {
        String names = String.join("', '", promisors.stream().map(Remotes.Configured::name).toList());
        NeonException first = failures.getFirst();
        boolean isGone = first instanceof NotFoundException;
        String what = missing.isEmpty() ? "what was promised" : missing.getFirst()
                + (missing.size() == 1 ? "" : ", and " + (missing.size() - 1) + " more,");
        TransferFailedException failure = new TransferFailedException("unable to fetch " + what + " from '" + names
                + "', which has promised it: " + first.getMessage(), isGone
                ? "It was collected there: 'neon gc --list' there shows what can be put back. Points that need nothing of it can still be had."
                : "Try again when '" + promisors.getFirst().name() + "' can be reached; 'neon backfill' then fetches all, so that nothing"
                        + " is asked for later.", first);
        failures.stream().skip(1).forEach(failure::addSuppressed);
        return failure;
    }

    private List<PromisedPart> missing(List<PromisedPart> parts) {
        return new ArrayList<>(new LinkedHashSet<>(parts)).stream().filter(part -> !Files.exists(place(part))).toList();
    }

    private Path place(PromisedPart part) {
        return switch (part) {
            case PromisedPart.Layer layer -> repository.timelines().snapshotsDirectory(layer.timeline())
                    .resolve(layer.snapshot().toFileName()).resolve(layer.name());
            case PromisedPart.Wal segment -> repository.timelines().walDirectory(segment.timeline()).resolve(name(segment).toString());
        };
    }

    private SegmentName name(PromisedPart.Wal segment) {
        ClusterIdentity cluster = wal.identity(segment.timeline());
        return SegmentName.containing(segment.from(), cluster.walTimeline(), cluster.segmentSize());
    }

    private void take(Remote remote, List<PromisedPart> wanted) {
        Map<TimelineId, ClusterIdentity> clusters = new HashMap<>();
        wanted.forEach(part -> clusters.computeIfAbsent(part.timeline(), wal::identity));
        Incoming incoming = new Incoming(repository, WHO, clusters);
        long bytes = wanted.stream().mapToLong(PromisedPart::bytes).sum();
        try (Progress.Task task = repository.context().progress().begin("fetching from " + remote.name(), bytes, Progress.Unit.BYTES)) {
            for (List<PromisedPart> batch : batches(wanted)) {
                try (LockFile _ = repository.lock(WHO, WAIT)) {
                    // Another command may have brought some of it while this one waited.
                    take(remote, incoming, missing(batch), task);
                }
            }
        }
    }

    private static List<List<PromisedPart>> batches(List<PromisedPart> parts) {
        List<List<PromisedPart>> batches = new ArrayList<>();
        long room = 0;
        for (PromisedPart part : parts) {
            if (room <= 0) {
                batches.add(new ArrayList<>());
                room = BATCH;
            }
            batches.getLast().add(part);
            room -= part.bytes();
        }
        return batches;
    }

    private void take(Remote remote, Incoming incoming, List<PromisedPart> batch, Progress.Task task) {
        if (batch.isEmpty()) {
            return;
        }
        Map<PromisedPart, Piece> pieces = new LinkedHashMap<>();
        batch.forEach(part -> pieces.put(part, piece(part)));
        remote.get(incoming.ask(List.copyOf(pieces.values())), new CountedSink(incoming, task, limit));
        new PromisedVerification(repository, incoming).run(batch);
        try (LockFile _ = repository.lock(Receiver.LOCK, INSTALLATION_WAIT)) {
            install(incoming, pieces);
        }
    }

    private static Piece piece(PromisedPart part) {
        return switch (part) {
            case PromisedPart.Layer layer -> new Piece.OfFile(layer.timeline(),
                    TimelineOffer.SNAPSHOTS + layer.snapshot().toFileName() + '/' + layer.name(), 0, layer.bytes());
            case PromisedPart.Wal segment -> new Piece.OfWal(segment.timeline(), segment.from(), segment.to());
        };
    }

    /** All is forced to disk, and then named. */
    private void install(Incoming incoming, Map<PromisedPart, Piece> pieces) {
        pieces.keySet().removeIf(part -> part instanceof PromisedPart.Wal segment && !isWhole(segment) || !hasPlace(part));
        incoming.complete(List.copyOf(pieces.values()));
        for (PromisedPart part : pieces.keySet()) {
            repository.files().rename(incoming.file(pieces.get(part)), place(part));
        }
    }

    /** Whether the WAL of a segment has not gone on since: what is there would hide what is promised behind it. */
    private boolean isWhole(PromisedPart.Wal segment) {
        Lsn end = name(segment).end();
        Optional<Promise> promise = repository.promises().of(segment.timeline());
        return promise.isPresent() && promise.get().between(segment.from(), end).equals(List.of(new Promise.Run(segment.from(), segment.to())));
    }

    /** A snapshot may have been collected meanwhile. */
    private boolean hasPlace(PromisedPart part) {
        return Files.isDirectory(place(part).getParent());
    }
}
