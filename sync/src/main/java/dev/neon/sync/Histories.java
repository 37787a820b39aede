package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
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
            if (known.put(offer.id(), history) != null) {
                throw new InvalidInputException("timeline '" + offer.id() + "' was offered twice",
                        "The other side is broken, or means harm.");
            }
            if (repository.timelines().exists(offer.id()) && !repository.timelines().history(offer.id()).equals(history)) {
                throw new ConflictException("timeline '" + offer.id() + "' has another history there than here",
                        "'neon fsck' on both sides tells more.");
            }
            for (Ancestor ancestor : history.ancestors()) {
                if (!known.containsKey(ancestor.timeline())) {
                    throw new InvalidInputException("timeline '" + offer.id() + "' was offered without its ancestor '"
                            + ancestor.timeline() + "'", "The other side is broken, or means harm.");
                }
            }
            Optional<ClusterIdentity> own = history.cluster();
            if (own.isEmpty() || expected.isPresent()
                    && own.get().systemIdentifier() != expected.get().systemIdentifier()) {
                throw ofAnotherCluster(own, expected);
            }
            expected = own;
        }
        inventory.tips().stream().filter(tip -> !known.containsKey(tip.timeline())).findFirst().ifPresent(tip -> {
            throw new InvalidInputException("the timeline of tip " + tip + " was not offered", "The other side is broken, or means harm.");
        });
        return new Histories(known);
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
