package dev.neon.rmgr.tablespace;

import dev.neon.rmgr.RmgrRecord;

/** Tablespaces ({@code REL_17 commands/tablespace.h}). */
public sealed interface TablespaceRecord extends RmgrRecord {
    /**
     * {@code CREATE TABLESPACE}.
     *
     * @param tablespace its oid, unsigned
     * @param location   an absolute path, or the empty string for one that lives below the data directory
     *                   ({@code allow_in_place_tablespaces})
     */
    record Create(int tablespace, String location) implements TablespaceRecord {
        /** Whether it lies outside the data directory, where two branches would share its files. */
        public boolean isExternal() {
            return location.startsWith("/");
        }
    }

    /**
     * {@code DROP TABLESPACE}.
     *
     * @param tablespace its oid, unsigned
     */
    record Drop(int tablespace) implements TablespaceRecord {}
}
