package dev.neon.snapshot;

import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot with those that it lies on.
 *
 * @param newest    the snapshot
 * @param manifests from its own down to the image's
 * @param image     where the image is
 */
record SnapshotChain(Snapshot newest, List<SnapshotManifest> manifests, SnapshotManifest.Parent image) {
    /** A page is looked for in each of them. */
    static final int MOST_DELTAS = 8;

    /** What the next snapshot on a chain had best be. */
    enum Step {
        /** What has changed since the newest. */
        DELTA,
        /** What has changed since the image, so that the chain is short again. */
        FOLD,
        /** All pages: a fold would be written again and again, and be as large. */
        IMAGE
    }

    /** @param newest has layers */
    static SnapshotChain of(SnapshotStore snapshots, Snapshot newest) {
        List<SnapshotManifest> manifests = new ArrayList<>(List.of(SnapshotManifest.read(newest.directory())));
        SnapshotManifest.Parent place = new SnapshotManifest.Parent(newest.timeline(), newest.lsn());
        while (manifests.getLast().parent().isPresent()) {
            place = manifests.getLast().parent().get();
            manifests.add(SnapshotManifest.read(snapshots.directory(place)));
        }
        return new SnapshotChain(newest, List.copyOf(manifests), place);
    }

    private List<SnapshotManifest> deltas() {
        return manifests.subList(0, manifests.size() - 1);
    }

    boolean hasDeltas() {
        return !deltas().isEmpty();
    }

    Step next() {
        List<SnapshotManifest> deltas = deltas();
        long imageBytes = bytes(manifests.getLast());
        long deltaBytes = deltas.stream().mapToLong(SnapshotChain::bytes).sum();
        if (deltas.size() < MOST_DELTAS && deltaBytes <= imageBytes) {
            return Step.DELTA;
        }
        SnapshotManifest lowest = deltas.getLast();
        return lowest.folded().isPresent() && bytes(lowest) > imageBytes / 2 ? Step.IMAGE : Step.FOLD;
    }

    private static long bytes(SnapshotManifest manifest) {
        return manifest.metadata().bytes() + manifest.layers().stream().mapToLong(LayerFile::bytes).sum();
    }
}
