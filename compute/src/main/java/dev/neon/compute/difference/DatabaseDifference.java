package dev.neon.compute.difference;

import java.util.List;

/**
 * What happened in a database since the common point.
 *
 * @param name      of the database
 * @param place     on which sides it is
 * @param relations of users that something happened to, by name; each table before what belongs to it
 * @param catalogs  whether rows of its catalogs were changed, so that its schema may differ
 * @param unknown   blocks of files that no relation has on either side or at the common point
 */
public record DatabaseDifference(String name, TableLayout.Place place, List<RelationDifference> relations, boolean catalogs,
        long unknown) {
    public DatabaseDifference {
        relations = List.copyOf(relations);
    }

    /** Whether it may differ, other than by vacuum and the like. */
    public boolean isDifferent() {
        return place != TableLayout.Place.BOTH || catalogs
                || relations.stream().anyMatch(RelationDifference::isDifferent);
    }
}
