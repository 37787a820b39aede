package dev.neon.rmgr.relmap;

import dev.neon.rmgr.RmgrRecord;

/** Which files the system catalogs are in that cannot be looked up in themselves ({@code REL_17 relmapper.h}). */
public sealed interface RelMapRecord extends RmgrRecord {
    /**
     * A new map of one database, or of the shared catalogs.
     *
     * @param database   the database's oid, unsigned; 0 for the shared catalogs
     * @param tablespace the oid of the database's tablespace, unsigned; 1664 for the shared catalogs
     * @param map        {@code pg_filenode.map} byte for byte, its checksum included; a copy
     */
    record Update(int database, int tablespace, byte[] map) implements RelMapRecord {}
}
