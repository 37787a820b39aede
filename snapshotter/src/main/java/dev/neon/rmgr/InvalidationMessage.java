package dev.neon.rmgr;

import dev.neon.repo.RelFileLocator;

/**
 * What caches of other sessions must forget ({@code REL_18 sinval.h SharedInvalidationMessage}). Records of several
 * resource managers carry such messages. All oids are unsigned; database 0 stands for shared relations.
 */
public sealed interface InvalidationMessage {
    /**
     * One key of one catalog cache.
     *
     * @param cache 0 to 127; which cache that is differs by release ({@code syscache.h})
     * @param hash  of the key
     */
    record CatalogCache(int cache, int database, int hash) implements InvalidationMessage {}

    /** All caches of a catalog. */
    record Catalog(int database, int catalog) implements InvalidationMessage {}

    /** @param relation its oid; 0 for all */
    record RelationCache(int database, int relation) implements InvalidationMessage {}

    /** @param backend 24 bits, signed: -1 for a relation that is not temporary */
    record Smgr(int backend, RelFileLocator relation) implements InvalidationMessage {}

    record RelationMap(int database) implements InvalidationMessage {}

    record Snapshot(int database, int relation) implements InvalidationMessage {}

    /**
     * What logical replication keeps of a relation; since 18.
     *
     * @param relation its oid; 0 for all
     */
    record RelationSync(int database, int relation) implements InvalidationMessage {}
}
