package dev.neon.walindex;

import dev.neon.repo.RelFileLocator;

/**
 * What a transaction wrote to one relation.
 *
 * @param records    that refer to it
 * @param inserted   tuples of a heap
 * @param updated    likewise
 * @param deleted    likewise
 * @param images     of pages
 * @param imageBytes that these take in the WAL
 */
public record RelationChanges(RelFileLocator relation, long records, long inserted, long updated, long deleted,
        long images, long imageBytes) {
    /** Both together, under the name of this one. */
    public RelationChanges plus(RelationChanges other) {
        return new RelationChanges(relation, records + other.records, inserted + other.inserted,
                updated + other.updated, deleted + other.deleted, images + other.images, imageBytes + other.imageBytes);
    }
}
