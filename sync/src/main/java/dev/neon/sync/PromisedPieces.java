package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.Promisor;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.PromisedParts;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a repository would have to fetch itself before it can give pieces to others. */
public final class PromisedPieces {
    private final Repository repository;
    private final RepositoryWal wal;
    private final PromisedParts promised;

    public PromisedPieces(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
        this.promised = new SnapshotStore(repository, wal).promised();
    }

    /** Fetches at once what is missing of all that an inventory tells. */
    public void bring(Inventory inventory) {
        Set<PromisedPart> wanted = new LinkedHashSet<>();
        for (TimelineOffer offer : inventory.timelines()) {
            for (PromisedPart part : promised.ofTimeline(offer.id())) {
                boolean isTold = switch (part) {
                    case PromisedPart.Layer layer -> offer.files().stream().anyMatch(file -> file.path().equals(path(layer)));
                    case PromisedPart.Wal segment -> offer.wal().stream().anyMatch(run -> run.from().isBefore(segment.to())
                            && segment.from().isBefore(run.to()));
                };
                if (isTold) {
                    wanted.add(part);
                }
            }
        }
        bring(wanted);
    }

    /**
     * Fetches at once what is missing of some pieces.
     *
     * @throws UnsupportedException if this repository does not fetch, as it works for somebody else
     */
    void bring(List<Piece> pieces) {
        Map<TimelineId, List<PromisedPart>> missing = new HashMap<>();
        Set<PromisedPart> wanted = new LinkedHashSet<>();
        for (Piece piece : pieces) {
            missing.computeIfAbsent(piece.timeline(), promised::ofTimeline).stream().filter(part -> isOf(piece, part)).forEach(wanted::add);
        }
        bring(wanted);
    }

    private void bring(Set<PromisedPart> wanted) {
        if (!wanted.isEmpty() && repository.context().promisor() == Promisor.NONE) {
            throw new UnsupportedException("unable to give " + wanted.iterator().next() + ": it is not in this lazy clone, which does not"
                    + " pass on what it was only promised", "Fetch it from where that was cloned from, or run 'neon backfill' there first.");
        }
        repository.promises().fetch(List.copyOf(wanted));
    }

    private boolean isOf(Piece piece, PromisedPart part) {
        return switch (piece) {
            case Piece.OfFile file -> part instanceof PromisedPart.Layer layer && file.path().equals(path(layer));
            case Piece.OfWal run -> part instanceof PromisedPart.Wal segment
                    && segmentOf(run.timeline(), run.from()) == segmentOf(run.timeline(), segment.from());
        };
    }

    private long segmentOf(TimelineId timeline, Lsn lsn) {
        ClusterIdentity cluster = wal.identity(timeline);
        return Long.divideUnsigned(lsn.value(), cluster.segmentSize());
    }

    private static String path(PromisedPart.Layer layer) {
        return TimelineOffer.SNAPSHOTS + layer.snapshot().toFileName() + '/' + layer.name();
    }
}
