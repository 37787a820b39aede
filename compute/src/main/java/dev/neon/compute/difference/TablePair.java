package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import java.util.List;
import java.util.Optional;

/**
 * A table on both sides.
 *
 * @param from as it is at the first point; empty if it is not there
 * @param to   likewise at the second
 */
record TablePair(String schema, String name, Optional<Found> from, Optional<Found> to) {
    /**
     * A table at one point.
     *
     * @param oid    unsigned
     * @param leaves what has its rows: itself, or the partitions of a partitioned table
     */
    record Found(int oid, boolean isPartitioned, List<CatalogRelation> leaves) {}

    String qualifiedName() {
        return schema + '.' + name;
    }

    Optional<Found> on(Side side) {
        return side.isFrom() ? from : to;
    }
}
