package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.wal.SegmentName;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of that which is lacking is left with a promisor until it is needed: layers of snapshots and whole segments of WAL, all that is
 * large and never changes. Taken are histories, settings, manifests and metadata; the rest of a segment that is here in part; copies of data
 * directories, of whose files nobody knows the checksums; and timelines of this repository's own, which a server may go on with.
 */
final class Leaving {
    private static final Set<String> SMALL = Set.of(SnapshotManifest.NAME, "metadata");

    private final Repository repository;
    private final Histories histories;

    Leaving(Repository repository, Histories histories) {
        this.repository = repository;
        this.histories = histories;
    }

    List<Lack.Part> of(List<Lack.Part> parts) {
        return parts.stream().map(this::part).toList();
    }

    private Lack.Part part(Lack.Part part) {
        if (part.offer().history().owner().equals(Optional.of(repository.id()))) {
            return part;
        }
        Set<String> layered = new HashSet<>();
        part.offer().files().stream().filter(file -> isIn(file, SnapshotManifest.NAME)).forEach(file -> layered.add(snapshot(file)));
        List<OfferedFile> files = new ArrayList<>();
        List<OfferedFile> layers = new ArrayList<>();
        part.files().forEach(file -> (layered.contains(snapshot(file)) && SMALL.stream().noneMatch(name -> isIn(file, name))
                ? layers : files).add(file));
        // What is taken is looked at when it is asked for.
        layers.forEach(layer -> TimelinePaths.requireFile(layer.path()));
        List<WalRun> taken = new ArrayList<>();
        List<WalRun> left = new ArrayList<>();
        ClusterIdentity cluster = histories.of(part.offer().id()).cluster().orElseThrow();
        for (WalRun run : part.wal()) {
            for (WalRun each : run.segments(cluster.segmentSize())) {
                (isHere(part, each, cluster) ? taken : left).add(each);
            }
        }
        return new Lack.Part(part.offer(), part.isNew(), part.end(), taken, files, new Lack.Left(left, layers));
    }

    /** Whether a part of the segment is here, which then comes first wherever the segment is looked for. */
    private boolean isHere(Lack.Part part, WalRun run, ClusterIdentity cluster) {
        SegmentName name = SegmentName.containing(run.from(), cluster.walTimeline(), cluster.segmentSize());
        boolean isHere = Files.exists(repository.timelines().walDirectory(part.offer().id()).resolve(name.toString()));
        if (!isHere && !run.from().equals(name.start())) {
            throw new InvalidInputException("WAL from " + run.from() + " of timeline '" + part.offer().id()
                    + "' does not begin where a segment does", "The other side is broken, or means harm.");
        }
        return isHere;
    }

    /** The snapshot that a file is of; empty if of none. */
    private static String snapshot(OfferedFile file) {
        String[] names = file.path().split("/");
        return file.path().startsWith(TimelineOffer.SNAPSHOTS) && names.length == 3 ? names[1] : "";
    }

    private static boolean isIn(OfferedFile file, String name) {
        return file.path().equals(TimelineOffer.SNAPSHOTS + snapshot(file) + '/' + name);
    }
}
