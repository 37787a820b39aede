package dev.neon.catalog;

/**
 * A table that has partitions in place of files.
 *
 * @param oid       unsigned
 * @param schemaOid unsigned
 * @param schema    empty if the schema's own tuple is gone
 */
public record PartitionedTable(int oid, int schemaOid, String schema, String name) {
    PartitionedTable in(String schemaName) {
        return new PartitionedTable(oid, schemaOid, schemaName, name);
    }

    /** {@code schema.name}. */
    public String qualifiedName() {
        return schema + '.' + name;
    }
}
