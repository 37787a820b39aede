package dev.neon.wal;

import dev.neon.repo.Lsn;

/** A record of resource manager 5 ({@code REL_17 commands/tablespace.h}). */
public sealed interface TablespaceChange {
    /** Where the record starts. */
    Lsn at();

    /** The tablespace's oid, unsigned. */
    long oid();

    /**
     * {@code CREATE TABLESPACE}.
     *
     * @param location an absolute path, or the empty string for one that lives below the data directory
     *                 ({@code allow_in_place_tablespaces})
     */
    record Created(Lsn at, long oid, String location) implements TablespaceChange {
        /** Whether it lies outside the data directory, where two branches would share its files. */
        public boolean isExternal() {
            return location.startsWith("/");
        }
    }

    /** {@code DROP TABLESPACE}. */
    record Dropped(Lsn at, long oid) implements TablespaceChange {}
}
