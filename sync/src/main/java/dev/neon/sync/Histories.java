package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The histories of an inventory's timelines, as the repository has them or as they are offered. */
final class Histories {
    private static final String HARM = "The other side is broken, or means harm.";
    /** Of 16 MiB they are 4 TiB. */
    private static final long MOST_SEGMENTS = 1 << 18;

    private final Map<TimelineId, TimelineHistory> histories;

    private Histories(Map<TimelineId, TimelineHistory> histories) {
        this.histories = histories;
    }

    /**
     * Reads them, and checks that all ancestors are there and come before their descendants, and that all are of one cluster, the
     * repository's if it has one.
     *
     * @param cluster the repository's
     */
    static Histories of(Repository repository, Inventory inventory, Optional<ClusterIdentity> cluster) {
        Map<TimelineId, TimelineHistory> known = new LinkedHashMap<>();
        Optional<ClusterIdentity> expected = cluster;
        for (TimelineOffer offer : inventory.timelines()) {
            TimelineHistory history = offer.history();
            requireAncestors(history, known, inventory);
            if (known.put(offer.id(), history) != null) {
                throw new InvalidInputException("timeline '" + offer.id() + "' was offered twice", HARM);
            }
            if (repository.timelines().exists(offer.id()) && !repository.timelines().history(offer.id()).text().equals(history.text())) {
                throw new ConflictException("timeline '" + offer.id() + "' has another history there than here",
                        "'neon fsck' on both sides tells more.");
            }
            Optional<ClusterIdentity> own = history.cluster();
            if (own.isEmpty() || expected.isPresent()
                    && own.get().systemIdentifier() != expected.get().systemIdentifier()) {
                throw ofAnotherCluster(own, expected);
            }
            if (expected.isPresent() && own.get().segmentSize() != expected.get().segmentSize()) {
                throw new InvalidInputException("timeline '" + offer.id() + "' has another segment size than the cluster", HARM);
            }
            expected = own;
        }
        long segments = 0;
        for (TimelineOffer offer : inventory.timelines()) {
            int size = known.get(offer.id()).cluster().orElseThrow().segmentSize();
            for (WalRun run : offer.wal()) {
                segments = Math.min(MOST_SEGMENTS, segments) + run.to().minus(run.from()) / size + 1;
            }
        }
        if (segments > MOST_SEGMENTS) {
            throw new InvalidInputException("more than " + MOST_SEGMENTS + " segments of WAL were offered at a time",
                    "Take less of the history: 'neon fetch --depth-lsn' leaves out what is older.");
        }
        return new Histories(known);
    }

    /** All have been told before, as the nearest one's history has them, and up to the forks. */
    private static void requireAncestors(TimelineHistory history, Map<TimelineId, TimelineHistory> known, Inventory inventory) {
        Optional<Ancestor> parent = history.parent();
        if (parent.isEmpty()) {
            return;
        }
        TimelineHistory above = known.get(parent.get().timeline());
        if (above == null) {
            throw new InvalidInputException("timeline '" + history.id() + "' was offered without its ancestor '"
                    + parent.get().timeline() + "'", HARM);
        }
        List<Ancestor> others = history.ancestors().subList(0, history.ancestors().size() - 1);
        boolean isSame = others.size() == above.ancestors().size();
        for (int i = 0; isSame && i < others.size(); i++) {
            isSame = others.get(i).timeline().equals(above.ancestors().get(i).timeline())
                    && others.get(i).forkPoint().equals(above.ancestors().get(i).forkPoint());
        }
        Lsn fork = parent.get().forkPoint();
        if (!isSame || above.parent().filter(each -> fork.isBefore(each.forkPoint())).isPresent()
                || inventory.of(above.id()).filter(offer -> fork.isAfter(offer.end())).isPresent()) {
            throw new InvalidInputException("timeline '" + history.id() + "' was offered as a fork of '" + above.id()
                    + "' at " + fork + ", which does not go with that one's history", HARM);
        }
    }

    /** Whether a point of an inventory's is told. */
    static void requireTold(Inventory inventory, Tip tip) {
        if (!inventory.tells(tip)) {
            throw new InvalidInputException("the history of tip " + tip + " was not offered", HARM);
        }
    }

    static ConflictException ofAnotherCluster(Optional<ClusterIdentity> offered, Optional<ClusterIdentity> own) {
        return new ConflictException("the two repositories are of different clusters: system identifier "
                + identifier(offered) + " there, " + identifier(own) + " here",
                "They have no history in common. Clone the other one, or dump and restore its databases.");
    }

    private static String identifier(Optional<ClusterIdentity> cluster) {
        return cluster.map(each -> Long.toUnsignedString(each.systemIdentifier())).orElse("none");
    }

    Optional<TimelineHistory> find(TimelineId id) {
        return Optional.ofNullable(histories.get(id));
    }

    TimelineHistory of(TimelineId id) {
        return histories.get(id);
    }

    /** The ancestors of a timeline, oldest first. */
    List<Ancestor> ancestors(TimelineId id) {
        return histories.get(id).ancestors();
    }

    /** The cluster of each. */
    Map<TimelineId, ClusterIdentity> clusters() {
        Map<TimelineId, ClusterIdentity> clusters = new HashMap<>();
        histories.forEach((id, history) -> history.cluster().ifPresent(cluster -> clusters.put(id, cluster)));
        return clusters;
    }
}
