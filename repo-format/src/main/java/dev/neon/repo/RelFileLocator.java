package dev.neon.repo;

/**
 * Names a relation's files ({@code REL_17 relfilelocator.h RelFileLocator}; {@code RelFileNode} before 16). All three are
 * unsigned.
 *
 * @param tablespace the tablespace's oid: 1663 pg_default, 1664 pg_global
 * @param database   the database's oid; 0 for a shared relation
 * @param relation   the relation's file number, not its oid
 */
public record RelFileLocator(int tablespace, int database, int relation) {
    /** {@code 1663/5/16384}. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(tablespace) + "/" + Integer.toUnsignedString(database) + "/"
                + Integer.toUnsignedString(relation);
    }
}
