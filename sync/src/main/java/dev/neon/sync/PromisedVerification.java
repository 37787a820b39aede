package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalSpan;
import dev.neon.wal.WalkEnd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Whether what has come of promised parts is whole: layers by the checksums in the manifests that are here; WAL record by record, as far
 * as records lie in what has come.
 */
final class PromisedVerification {
    private static final int BUFFER = 1 << 18;

    private final Repository repository;
    private final Incoming incoming;

    PromisedVerification(Repository repository, Incoming incoming) {
        this.repository = repository;
        this.incoming = incoming;
    }

    /** @throws TransferFailedException if something is not whole; it is removed, so that it is fetched again */
    void run(List<PromisedPart> parts) {
        Map<TimelineId, List<PromisedPart.Wal>> segments = new LinkedHashMap<>();
        for (PromisedPart part : parts) {
            switch (part) {
                case PromisedPart.Layer layer -> layer(layer);
                case PromisedPart.Wal segment -> segments.computeIfAbsent(segment.timeline(), _ -> new ArrayList<>()).add(segment);
            }
        }
        parts.stream().filter(PromisedPart.Wal.class::isInstance).map(PromisedPart.Wal.class::cast).forEach(this::requireLength);
        segments.forEach((timeline, all) -> wal(timeline, all.stream().sorted(Comparator.comparing(PromisedPart.Wal::from)).toList()));
    }

    private void layer(PromisedPart.Layer layer) {
        Path file = incoming.timeline(layer.timeline()).resolve(TimelineOffer.SNAPSHOTS + layer.snapshot().toFileName())
                .resolve(layer.name());
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                checksum.update(buffer, 0, read);
                bytes += read;
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        if (bytes != layer.bytes() || (int) checksum.getValue() != layer.checksum()) {
            repository.files().delete(file);
            throw damaged(layer + " came damaged: " + bytes + " bytes, checksum " + Integer.toHexString((int) checksum.getValue()));
        }
    }

    private void requireLength(PromisedPart.Wal segment) {
        Path file = incoming.file(new Piece.OfWal(segment.timeline(), segment.from(), segment.to()));
        try {
            if (Files.size(file) != segment.bytes()) {
                throw damaged(segment + " did not come whole: " + Files.size(file) + " bytes");
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Run by run of segments that follow each other. */
    private void wal(TimelineId timeline, List<PromisedPart.Wal> segments) {
        ClusterIdentity cluster = new RepositoryWal(repository, _ -> false).identity(timeline);
        // PostgreSQL's own history file is in the repository; segments of it too, which do not come first.
        WalSource source = WalSource.of(cluster, List.of(
                new WalSpan(repository.timelines().walDirectory(timeline), Lsn.ZERO, Optional.empty()),
                new WalSpan(incoming.wal(timeline), Lsn.ZERO, Optional.empty())));
        int first = 0;
        for (int i = 0; i < segments.size(); i++) {
            if (i + 1 == segments.size() || !segments.get(i).to().equals(segments.get(i + 1).from())) {
                List<PromisedPart.Wal> run = segments.subList(first, i + 1);
                Optional<String> damage = damage(source, run.getFirst().from(), run.getLast().to(), cluster.segmentSize());
                if (damage.isPresent()) {
                    run.forEach(segment -> repository.files().delete(incoming.file(new Piece.OfWal(timeline, segment.from(), segment.to()))));
                    throw damaged("WAL from " + run.getFirst().from() + " to " + run.getLast().to() + " of timeline '" + timeline
                            + "' came damaged: " + damage.get());
                }
                first = i + 1;
            }
        }
    }

    /** The last record may go on in the next segment, which need not be here; but where WAL ends, so does a record. */
    private static Optional<String> damage(WalSource source, Lsn from, Lsn to, int segmentSize) {
        Optional<WalReader> found = RecordSearch.atOrAfter(source, from);
        if (found.isEmpty()) {
            return RecordSearch.notOfOneRecord(source, from, to).map(PromisedVerification::why);
        }
        try (WalReader reader = found.get()) {
            while (reader.end().isBefore(to) && reader.next()) {
                continue;
            }
            if (!reader.end().isBefore(to)) {
                return Optional.empty();
            }
            return reader.why().filter(end -> !isBetween(end, to, segmentSize)).map(PromisedVerification::why);
        }
    }

    private static boolean isBetween(WalkEnd end, Lsn to, int segmentSize) {
        return end instanceof WalkEnd.NoMoreWal none && none.reason() == WalkEnd.Reason.NO_SEGMENT && to.value() % segmentSize == 0;
    }

    private static String why(WalkEnd end) {
        return switch (end) {
            case WalkEnd.Defect defect -> defect.found() + " instead of " + defect.expected() + " at " + defect.at();
            case WalkEnd.NoMoreWal none -> "it ends at " + none.at();
        };
    }

    private static TransferFailedException damaged(String what) {
        return new TransferFailedException(what, "Try again; 'neon fsck' there tells more if it stays so.");
    }
}
