package dev.neon.rmgr.database;

import dev.neon.rmgr.RmgrRecord;

/**
 * Directories of databases, one for each tablespace that the database has files in ({@code REL_17 dbcommands_xlog.h}).
 * All oids are unsigned.
 */
public sealed interface DatabaseRecord extends RmgrRecord {
    /** A copy of another database's directory as it is on disk; what is in it is told by nothing else. */
    record CreateFileCopy(int database, int tablespace, int sourceDatabase, int sourceTablespace)
            implements DatabaseRecord {}

    /**
     * An empty directory, with the file {@code PG_VERSION}; records of its relations' pages follow. Since 15
     * ({@code CREATE DATABASE … STRATEGY wal_log}).
     */
    record CreateWalLog(int database, int tablespace) implements DatabaseRecord {}

    /**
     * Directories removed, with all that is in them.
     *
     * @param tablespaces those in which the database had one; a copy
     */
    record Drop(int database, int[] tablespaces) implements DatabaseRecord {}
}
