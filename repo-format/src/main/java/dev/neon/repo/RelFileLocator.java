package dev.neon.repo;

import org.jspecify.annotations.Nullable;

/**
 * Names a relation's files ({@code REL_17 relfilelocator.h RelFileLocator}; {@code RelFileNode} before 16). All three are
 * unsigned.
 *
 * @param tablespace the tablespace's oid: 1663 pg_default, 1664 pg_global
 * @param database   the database's oid; 0 for a shared relation
 * @param relation   the relation's file number, not its oid
 */
public record RelFileLocator(int tablespace, int database, int relation) {
    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof RelFileLocator other && other.relation == relation && other.database == database
                && other.tablespace == tablespace;
    }

    @Override
    public int hashCode() {
        return (tablespace * 31 + database) * 31 + relation;
    }

    /** {@code 1663/5/16384}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(tablespace) + "/" + Integer.toUnsignedString(database) + "/"
                + Integer.toUnsignedString(relation);
    }
}
