package dev.neon.catalog;

import java.util.List;

/**
 * A relation and what it takes. Sizes are in blocks of 8192 bytes; free space maps, which are not kept, do not count.
 *
 * @param main       blocks of its main fork; 0 of an unlogged relation, which a restart empties
 * @param map        blocks of its visibility map
 * @param init       blocks of the fork that an unlogged relation begins with
 * @param isUnlogged whether there is such a fork
 * @param totalBytes with its indexes, and its toast table and that one's index
 */
public record SizedRelation(CatalogRelation relation, long main, long map, long init, boolean isUnlogged,
        long totalBytes) {
    private static final List<String> SYSTEM_SCHEMAS = List.of("pg_catalog", "information_schema");

    /** Of its own forks. */
    public long bytes() {
        return (main + map + init) * HeapFile.PAGE_SIZE;
    }

    /** Whether it belongs to PostgreSQL itself: a catalog, or an index or toast table of one. */
    public boolean isSystem() {
        return relation.file().database() == 0 || SYSTEM_SCHEMAS.contains(relation.table().schema());
    }
}
