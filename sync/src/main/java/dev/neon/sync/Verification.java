package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Whether what was received is what was offered, whole, and goes with what the repository has. */
final class Verification implements AutoCloseable {
    private static final int BUFFER = 1 << 18;
    /** Each copy of a data directory has it. */
    private static final String CONTROL_FILE = "global/pg_control";

    private final Repository repository;
    private final Incoming incoming;
    private final Histories histories;
    private final List<Lack.Part> parts;
    private final ReceivedWal wal;
    /** What damage there is in the WAL of a timeline. */
    private Optional<ReadAhead<Map<TimelineId, Optional<String>>>> ahead = Optional.empty();

    Verification(Repository repository, Incoming incoming, Histories histories, List<Lack.Part> parts) {
        this.repository = repository;
        this.incoming = incoming;
        this.histories = histories;
        this.parts = parts;
        this.wal = new ReceivedWal(repository, incoming, histories);
    }

    /**
     * Verifies all.
     *
     * @param tips that can be had then
     * @throws TransferFailedException if something is not whole; what is damaged is removed, so that it is fetched again
     * @throws dev.neon.repo.error.ConflictException if a timeline has been written by two repositories
     * @throws InvalidInputException   if it makes no sense
     */
    void run(List<Tip> tips) {
        incoming.over();
        incoming.retain(parts);
        for (Lack.Part part : parts) {
            part.files().forEach(file -> file(part.offer().id(), file));
            snapshots(part);
            if (!part.isNew()) {
                requireSame(part);
            }
        }
        Map<TimelineId, Optional<String>> known = ahead.isPresent() ? ahead.get().result() : Map.of();
        for (Lack.Part part : parts) {
            TimelineId id = part.offer().id();
            Optional<String> damage = known.containsKey(id) ? known.get(id) : wal.damage(part, repository.context().progress());
            if (damage.isPresent()) {
                incoming.clear();
                throw new TransferFailedException("the WAL of timeline '" + id + "' came damaged: " + damage.get(),
                        "Begin again; 'neon fsck' there tells more if it stays so.");
            }
        }
        tips.forEach(this::requireBase);
    }

    /** Reads the WAL while it comes, so that {@link #run} has less to do. What an earlier try has left of other history is not read. */
    void readAhead() {
        incoming.retain(parts);
        ahead = Optional.of(new ReadAhead<>(() -> {
            Map<TimelineId, Optional<String>> found = new HashMap<>();
            parts.forEach(part -> found.put(part.offer().id(), wal.damage(part, Progress.NONE)));
            return found;
        }));
    }

    /** Ends reading ahead; nothing is read afterwards. */
    @Override
    public void close() {
        incoming.over();
        ahead.ifPresent(ReadAhead::close);
    }

    private void file(TimelineId timeline, OfferedFile offered) {
        Path file = incoming.timeline(timeline).resolve(offered.path());
        CRC32C checksum = new CRC32C();
        if (incoming.isShared(file)) {
            // It is as it is there: 'neon fsck' reads it on either side.
            return;
        }
        OptionalInt seen = incoming.checksum(file, offered.bytes());
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = seen.isPresent() ? -1 : in.read(buffer); read >= 0; read = in.read(buffer)) {
                checksum.update(buffer, 0, read);
                bytes += read;
            }
            bytes = seen.isPresent() ? Files.size(file) : bytes;
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        int found = seen.orElse((int) checksum.getValue());
        if (bytes != offered.bytes() || offered.checksum().isPresent() && offered.checksum().getAsInt() != found) {
            repository.files().delete(file);
            throw new TransferFailedException("'" + offered.path() + "' of timeline '" + timeline + "' came damaged: "
                    + bytes + " bytes, checksum " + Integer.toHexString(found), "Begin again; 'neon fsck' there tells more if it stays so.");
        }
    }

    /**
     * What manifests say of files. A snapshot that lies on one which is missing is left out: it only makes a way shorter. Older
     * ones come first, since others lie on them.
     */
    private void snapshots(Lack.Part part) {
        Map<String, Map<String, OfferedFile>> received = new TreeMap<>();
        List<OfferedFile> all = new ArrayList<>(part.files());
        all.addAll(part.left().layers());
        for (OfferedFile file : all) {
            if (file.path().startsWith(TimelineOffer.SNAPSHOTS)) {
                String[] names = file.path().split("/", 3);
                received.computeIfAbsent(names[1], _ -> new HashMap<>()).put(names[2], file);
            }
        }
        received.forEach((lsn, files) -> {
            if (files.containsKey(SnapshotManifest.NAME)) {
                manifest(part.offer().id(), lsn, files);
            } else if (!files.containsKey(CONTROL_FILE)) {
                throw new InvalidInputException("the snapshot at " + Lsn.parseFileName(lsn) + " of timeline '" + part.offer().id()
                        + "' was offered with neither a manifest nor '" + CONTROL_FILE + "'", "'neon fsck' there tells more.");
            }
        });
    }

    private void manifest(TimelineId timeline, String lsn, Map<String, OfferedFile> files) {
        SnapshotManifest manifest = SnapshotManifest.read(incoming.timeline(timeline).resolve(TimelineOffer.SNAPSHOTS + lsn));
        List<LayerFile> named = new ArrayList<>(manifest.layers());
        named.add(manifest.metadata());
        boolean isRight = manifest.lsn().equals(Lsn.parseFileName(lsn)) && files.size() == named.size() + 1
                && named.stream().allMatch(layer -> files.containsKey(layer.name())
                        && files.get(layer.name()).bytes() == layer.bytes()
                        && files.get(layer.name()).checksum().orElse(0) == layer.checksum());
        if (!isRight) {
            throw new InvalidInputException("the snapshot at " + manifest.lsn() + " of timeline '" + timeline
                    + "' was offered with other files than its manifest names", "'neon fsck' there tells more.");
        }
        if (manifest.parent().filter(parent -> !isThere(parent)).isPresent()) {
            repository.files().deleteTree(incoming.timeline(timeline).resolve(TimelineOffer.SNAPSHOTS + lsn));
        }
    }

    private boolean isThere(SnapshotManifest.Parent parent) {
        String name = parent.lsn().toFileName();
        return Files.isDirectory(repository.timelines().snapshotsDirectory(parent.timeline()).resolve(name))
                || Files.isDirectory(incoming.timeline(parent.timeline()).resolve(TimelineOffer.SNAPSHOTS + name));
    }

    /** That where both have WAL, up to the end of the page in which this one's ends, it is the same. */
    private void requireSame(Lack.Part part) {
        for (WalRun run : part.wal()) {
            Lsn to = Lsn.min(run.to(), part.end());
            if (!run.from().isBefore(to)) {
                continue;
            }
            SegmentName name = segment(part.offer().id(), run.from());
            Path file = repository.timelines().walDirectory(part.offer().id()).resolve(name.toString());
            if (!Files.exists(file)) {
                // So far only what was forked from it was here: up to the fork the WAL is its ancestors'.
                continue;
            }
            Path segment = incoming.wal(part.offer().id()).resolve(name.toString());
            // All of the segment is replaced, so all of what an earlier try has left of it is looked at.
            long from = incoming.isCopied(segment) ? run.from().minus(name.start()) : 0;
            if (!isSame(file, segment, from, to.minus(name.start()))) {
                // No later try can use it.
                incoming.clear();
                throw Receiver.differs(part.offer().id(), to);
            }
        }
    }

    private static boolean isSame(Path own, Path other, long from, long to) {
        try (InputStream one = Files.newInputStream(own); InputStream two = Files.newInputStream(other)) {
            byte[] first = new byte[(int) Math.min(BUFFER, to - from)];
            byte[] second = first.clone();
            one.skipNBytes(from);
            two.skipNBytes(from);
            for (long left = to - from; left > 0; ) {
                int some = (int) Math.min(left, first.length);
                int read = one.readNBytes(first, 0, some);
                if (two.readNBytes(second, 0, some) != read || !Arrays.equals(first, 0, read, second, 0, read)) {
                    return false;
                }
                left -= some;
            }
            return true;
        } catch (IOException failure) {
            throw new StorageFailedException("read", own, failure);
        }
    }

    private SegmentName segment(TimelineId id, Lsn lsn) {
        var cluster = histories.of(id).cluster().orElseThrow();
        return SegmentName.containing(lsn, cluster.walTimeline(), cluster.segmentSize());
    }

    /** There is a snapshot from which the tip can be reached. */
    private void requireBase(Tip tip) {
        List<Ancestor> ancestors = histories.ancestors(tip.timeline());
        Lsn limit = tip.lsn();
        Optional<Lsn> base = snapshotsOf(tip.timeline(), limit);
        for (int i = ancestors.size() - 1; i >= 0 && base.isEmpty(); i--) {
            limit = Lsn.min(limit, ancestors.get(i).forkPoint());
            base = snapshotsOf(ancestors.get(i).timeline(), limit);
        }
        WalSource source = wal.source(tip.timeline());
        boolean isWhole = base.isPresent();
        for (long number = base.orElse(Lsn.ZERO).value() / source.segmentSize();
                isWhole && number * source.segmentSize() < tip.lsn().value(); number++) {
            isWhole = source.path(number).isPresent() || isLeft(tip, number, source.segmentSize());
        }
        if (!isWhole) {
            throw new InvalidInputException("the point " + tip + " cannot be made of what was offered: " + (base.isEmpty()
                    ? "no snapshot is at or below it" : "WAL is missing between the snapshot at " + base.get() + " and it"),
                    "'neon fsck' there tells more.");
        }
    }

    /** Whether a segment of a line is promised already, or will be. */
    private boolean isLeft(Tip tip, long number, int segmentSize) {
        return Stream.concat(histories.ancestors(tip.timeline()).stream().map(Ancestor::timeline), Stream.of(tip.timeline()))
                .anyMatch(id -> isPromised(id, new Lsn(number * segmentSize), segmentSize));
    }

    private boolean isPromised(TimelineId id, Lsn segment, int segmentSize) {
        return parts.stream().filter(part -> part.offer().id().equals(id)).flatMap(part -> part.left().wal().stream())
                .anyMatch(run -> run.from().isBefore(segment.plus(segmentSize)) && segment.isBefore(run.to()))
                || repository.timelines().exists(id) && repository.promises().of(id)
                        .filter(promise -> !promise.between(segment, segment.plus(segmentSize)).isEmpty()).isPresent();
    }

    private Optional<Lsn> snapshotsOf(TimelineId id, Lsn limit) {
        Set<Lsn> lsns = new HashSet<>();
        for (Path directory : List.of(repository.timelines().snapshotsDirectory(id),
                incoming.timeline(id).resolve(TimelineOffer.SNAPSHOTS))) {
            if (Files.isDirectory(directory)) {
                try (var entries = Files.list(directory)) {
                    entries.map(entry -> entry.getFileName().toString()).filter(name -> name.matches("[0-9A-F]{16}"))
                            .map(Lsn::parseFileName).filter(lsn -> !lsn.isAfter(limit)).forEach(lsns::add);
                } catch (IOException failure) {
                    throw new StorageFailedException("list", directory, failure);
                }
            }
        }
        return lsns.stream().max(Lsn::compareTo);
    }
}
