package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a repository lacks of what it is offered. */
final class Lack {
    /** PostgreSQL's WAL page: what both have to the end of which is asked for once more, to compare it. */
    private static final int PAGE = 8192;

    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;

    Lack(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = new SnapshotStore(repository, wal);
    }

    /**
     * What is to be taken of one timeline.
     *
     * @param isNew whether the repository has nothing of it
     * @param end   of what it has; the WAL before it in the same page is repeated
     * @param wal   to be taken
     * @param files to be taken
     */
    record Part(TimelineOffer offer, boolean isNew, Lsn end, List<WalRun> wal, List<OfferedFile> files) {
        boolean isEmpty() {
            return !isNew && wal.isEmpty() && files.isEmpty();
        }
    }

    /** Of each timeline, in the inventory's order; those of which nothing is lacking are left out. */
    List<Part> of(Inventory inventory) {
        Map<TimelineId, Set<Lsn>> points = new HashMap<>();
        for (TimelineOffer offer : inventory.timelines()) {
            points.computeIfAbsent(offer.id(), _ -> new HashSet<>()).add(offer.end());
            offer.history().parent().ifPresent(parent ->
                    points.computeIfAbsent(parent.timeline(), _ -> new HashSet<>()).add(parent.forkPoint()));
        }
        return inventory.timelines().stream().map(offer -> of(offer, points.get(offer.id())))
                .filter(part -> !part.isEmpty()).toList();
    }

    /** @param points that are asked for: the end, and the forks of others */
    private Part of(TimelineOffer offer, Set<Lsn> points) {
        if (!repository.timelines().exists(offer.id())) {
            return new Part(offer, true, Lsn.ZERO, offer.wal(), offer.files());
        }
        Lsn end = wal.end(offer.id());
        boolean isWhole = points.stream().filter(point -> !point.isAfter(end)).allMatch(point -> isThere(offer, point))
                && isThere(offer, end);
        if (isWhole && !end.isBefore(offer.end())) {
            return new Part(offer, false, end, List.of(), List.of());
        }
        List<OfferedFile> files = offer.files().stream().filter(file -> isLacking(offer, file, isWhole, end)).toList();
        return new Part(offer, false, end, wal(offer, isWhole, end), files);
    }

    /** Whether a point can be made of what there is. */
    private boolean isThere(TimelineOffer offer, Lsn point) {
        Optional<Snapshot> base = snapshots.newestFor(offer.id(), point);
        return base.isPresent() && (!base.get().redo().isBefore(point) || wal.isThere(offer.id(), base.get().redo(), point));
    }

    private boolean isLacking(TimelineOffer offer, OfferedFile file, boolean isWhole, Lsn end) {
        if (!file.path().startsWith(TimelineOffer.SNAPSHOTS)) {
            return !Files.exists(repository.timelines().directory(offer.id()).resolve(file.path()));
        }
        String lsn = file.path().split("/")[1];
        return !Files.exists(repository.timelines().snapshotsDirectory(offer.id()).resolve(lsn))
                && !(isWhole && !Lsn.parseFileName(lsn).isAfter(end));
    }

    /** The page in which the own WAL ends is asked for again. */
    private List<WalRun> wal(TimelineOffer offer, boolean isWhole, Lsn end) {
        ClusterIdentity cluster = wal.identity(offer.id());
        Lsn page = new Lsn(end.plus(-1).value() & -PAGE);
        List<WalRun> lacking = new ArrayList<>();
        for (WalRun run : offer.wal()) {
            for (WalRun part : segments(run, cluster.segmentSize())) {
                String name = SegmentName.containing(part.from(), cluster.walTimeline(), cluster.segmentSize()).toString();
                boolean isFileThere = Files.exists(repository.timelines().walDirectory(offer.id()).resolve(name));
                if (part.to().isAfter(end)) {
                    lacking.add(isFileThere ? new WalRun(Lsn.max(part.from(), page), part.to()) : part);
                } else if (!isFileThere && !isWhole) {
                    lacking.add(part);
                }
            }
        }
        return lacking;
    }

    /** A run, cut where segments end. */
    static List<WalRun> segments(WalRun run, int segmentSize) {
        List<WalRun> parts = new ArrayList<>();
        for (Lsn at = run.from(); at.isBefore(run.to()); at = parts.getLast().to()) {
            parts.add(new WalRun(at, Lsn.min(run.to(), new Lsn((at.value() / segmentSize + 1) * segmentSize))));
        }
        return parts;
    }
}
