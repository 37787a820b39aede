package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a repository lacks of what it is offered. */
final class Lack {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;
    /** Of timelines that nobody writes here meanwhile. To find one reads a part of a segment. */
    private final Map<TimelineId, Lsn> ends = new HashMap<>();

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
     * @param left  what is lacking as well, and is left with the other side, which promises it
     */
    record Part(TimelineOffer offer, boolean isNew, Lsn end, List<WalRun> wal, List<OfferedFile> files, Left left) {
        Part(TimelineOffer offer, boolean isNew, Lsn end, List<WalRun> wal, List<OfferedFile> files) {
            this(offer, isNew, end, wal, files, Left.NOTHING);
        }

        boolean isEmpty() {
            return !isNew && wal.isEmpty() && files.isEmpty();
        }

        /** What is lacking of WAL, to be taken or left; ascending. */
        List<WalRun> lackingWal() {
            // Comparator.comparing is serializable, which no AOT cache keeps: it would be made anew in each JVM, in 10 ms.
            return Stream.concat(wal.stream(), left.wal().stream()).sorted((one, other) -> one.from().compareTo(other.from())).toList();
        }

        /** Of the snapshots of which files are to be taken: what is left of another one would seem to be a whole one. */
        List<String> directories() {
            Set<String> taken = files.stream().map(file -> snapshot(file.path())).collect(Collectors.toSet());
            return offer.directories().stream().filter(path -> taken.contains(snapshot(path))).toList();
        }

        private static String snapshot(String path) {
            return path.startsWith(TimelineOffer.SNAPSHOTS) ? path.split("/")[1] : "";
        }
    }

    /** Lacking WAL that begins where segments do, and layers. */
    record Left(List<WalRun> wal, List<OfferedFile> layers) {
        static final Left NOTHING = new Left(List.of(), List.of());

        boolean isEmpty() {
            return wal.isEmpty() && layers.isEmpty();
        }

        /** @param end of the timeline, as the other side has told it */
        Promise promise(Lsn end) {
            return new Promise(end, wal.stream().map(run -> new Promise.Run(run.from(), run.to())).toList(),
                    layers.stream().map(layer -> Lsn.parseFileName(layer.path().split("/")[1]))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** Of each timeline what some tips need, in the inventory's order; those of which nothing is lacking are left out. */
    List<Part> of(Inventory inventory, List<Tip> tips, Histories histories) {
        Map<TimelineId, Lsn> needed = new HashMap<>();
        tips.forEach(tip -> need(tip, histories, needed));
        return inventory.timelines().stream().map(offer -> part(offer, Optional.ofNullable(needed.get(offer.id()))))
                .filter(part -> !part.isEmpty()).toList();
    }

    /** Where a timeline that is here ends. */
    Lsn end(TimelineId timeline) {
        return ends.computeIfAbsent(timeline, wal::end);
    }

    /** Goes back on a tip's line to the last point that can be made of what is here: what follows is needed. */
    private void need(Tip tip, Histories histories, Map<TimelineId, Lsn> needed) {
        List<Ancestor> ancestors = histories.ancestors(tip.timeline());
        TimelineId timeline = tip.timeline();
        Lsn limit = tip.lsn();
        for (int i = ancestors.size(); ; i--) {
            Optional<Lsn> known = known(timeline, limit);
            if (known.isPresent()) {
                if (known.get().isBefore(limit)) {
                    needed.merge(timeline, known.get(), Lsn::min);
                }
                return;
            }
            needed.merge(timeline, Lsn.ZERO, Lsn::min);
            if (i == 0) {
                return;
            }
            timeline = ancestors.get(i - 1).timeline();
            limit = Lsn.min(limit, ancestors.get(i - 1).forkPoint());
        }
    }

    /** How far a timeline is here, at a limit at most, if a server could be had there. */
    private Optional<Lsn> known(TimelineId timeline, Lsn limit) {
        if (!repository.timelines().exists(timeline)) {
            return Optional.empty();
        }
        Lsn point = Lsn.min(limit, end(timeline));
        return snapshots.newestFor(timeline, point).filter(base -> wal.isThere(timeline, base.redo(), point)).map(_ -> point)
                // At its fork it is its parent's.
                .filter(known -> repository.timelines().history(timeline).parent()
                        .filter(parent -> !known.isAfter(parent.forkPoint())).isEmpty());
    }

    /** @param from what is needed of it; empty if nothing is but itself */
    private Part part(TimelineOffer offer, Optional<Lsn> from) {
        if (!repository.timelines().exists(offer.id())) {
            return new Part(offer, true, Lsn.ZERO, offer.wal(), offer.files());
        }
        Lsn end = end(offer.id());
        if (from.isEmpty()) {
            return new Part(offer, false, end, List.of(), List.of());
        }
        List<OfferedFile> files = offer.files().stream().filter(file -> isLacking(offer, file, from.get())).toList();
        return new Part(offer, false, end, wal(offer, from.get(), end), files);
    }

    private boolean isLacking(TimelineOffer offer, OfferedFile file, Lsn from) {
        if (!file.path().startsWith(TimelineOffer.SNAPSHOTS)) {
            return !Files.exists(repository.timelines().directory(offer.id()).resolve(file.path()));
        }
        String lsn = file.path().split("/")[1];
        return Lsn.parseFileName(lsn).isAfter(from)
                && !Files.exists(repository.timelines().snapshotsDirectory(offer.id()).resolve(lsn));
    }

    /** The page in which the own WAL ends is asked for again. */
    private List<WalRun> wal(TimelineOffer offer, Lsn from, Lsn end) {
        ClusterIdentity cluster = wal.identity(offer.id());
        Lsn page = LastPage.begin(end);
        Set<Long> promised = wal.promised(offer.id());
        List<WalRun> lacking = new ArrayList<>();
        for (WalRun run : offer.wal()) {
            for (WalRun part : run.segments(cluster.segmentSize())) {
                String name = SegmentName.containing(part.from(), cluster.walTimeline(), cluster.segmentSize()).toString();
                boolean isFileThere = Files.exists(repository.timelines().walDirectory(offer.id()).resolve(name));
                boolean isPromised = promised.contains(part.from().value() / cluster.segmentSize()) && !part.to().isAfter(end);
                if (part.to().isAfter(from) && !isFileThere) {
                    if (!isPromised) {
                        lacking.add(part);
                    }
                } else if (part.to().isAfter(end)) {
                    lacking.add(new WalRun(Lsn.max(part.from(), page), part.to()));
                }
            }
        }
        return lacking;
    }
}
