package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelinePositions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of some lines is left out because it lies further back than is wanted: snapshots older than the newest one from which the
 * oldest wanted point is made, but for those that one lies on, and WAL before its redo point.
 */
final class Horizon {
    private final SnapshotStore snapshots;
    private final TimelinePositions positions;
    private final Ancestry ancestry;
    private final Depth depth;
    /** From where WAL and snapshots of a timeline are wanted; one that is missing is wanted from its beginning. */
    private final Map<TimelineId, Lsn> wal = new HashMap<>();
    private final Map<TimelineId, Lsn> states = new HashMap<>();
    private final Set<SnapshotManifest.Parent> bases = new HashSet<>();

    Horizon(SnapshotStore snapshots, TimelinePositions positions, Ancestry ancestry, Depth depth) {
        this.snapshots = snapshots;
        this.positions = positions;
        this.ancestry = ancestry;
        this.depth = depth;
    }

    /** Adds what is wanted of a tip. */
    void add(Tip tip) {
        if (depth instanceof Depth.All) {
            return;
        }
        Lsn oldest = Lsn.min(tip.lsn(), switch (depth) {
            case Depth.All _ -> Lsn.ZERO;
            case Depth.SinceLsn since -> since.lsn();
            case Depth.SinceTime since -> atTime(tip, since);
        });
        Optional<Snapshot> base = base(tip, oldest);
        if (base.isEmpty()) {
            // All that there is goes back less far.
            ancestry.line(tip).forEach(part -> want(part.timeline(), Lsn.ZERO, Lsn.ZERO));
            return;
        }
        boolean isBefore = true;
        for (Tip part : ancestry.line(tip)) {
            isBefore = isBefore && !part.timeline().equals(base.get().timeline());
            want(part.timeline(), isBefore ? part.lsn() : base.get().redo(), isBefore ? part.lsn().plus(1) : base.get().lsn());
        }
        addChain(base.get());
    }

    private Lsn atTime(Tip tip, Depth.SinceTime since) {
        try {
            return positions.atTime(tip.timeline(), since.time());
        } catch (InvalidInputException | NotFoundException before) {
            return Lsn.ZERO;
        }
    }

    private Optional<Snapshot> base(Tip tip, Lsn oldest) {
        for (Tip part : ancestry.line(tip).reversed()) {
            Optional<Snapshot> newest = snapshots.list(part.timeline()).stream()
                    .filter(snapshot -> !snapshot.lsn().isAfter(Lsn.min(part.lsn(), oldest))).reduce((_, later) -> later);
            if (newest.isPresent()) {
                return newest;
            }
        }
        return Optional.empty();
    }

    private void want(TimelineId timeline, Lsn walFrom, Lsn statesFrom) {
        wal.merge(timeline, walFrom, Lsn::min);
        states.merge(timeline, statesFrom, Lsn::min);
    }

    private void addChain(Snapshot base) {
        Optional<SnapshotManifest.Parent> below = Optional.of(new SnapshotManifest.Parent(base.timeline(), base.lsn()));
        while (below.isPresent() && bases.add(below.get())) {
            SnapshotManifest.Parent place = below.get();
            List<Snapshot> found = snapshots.list(place.timeline()).stream().filter(each -> each.lsn().equals(place.lsn())).toList();
            below = found.isEmpty() || !found.getFirst().isLayered() ? Optional.empty()
                    : SnapshotManifest.read(found.getFirst().directory()).parent();
        }
    }

    /** Whether a snapshot is wanted that is on a line at all. */
    boolean wants(Snapshot snapshot) {
        return !snapshot.lsn().isBefore(states.getOrDefault(snapshot.timeline(), Lsn.ZERO))
                || bases.contains(new SnapshotManifest.Parent(snapshot.timeline(), snapshot.lsn()));
    }

    /** From where WAL of a timeline is wanted. */
    Lsn walFrom(TimelineId timeline) {
        return wal.getOrDefault(timeline, Lsn.ZERO);
    }
}
