package dev.neon.state;

import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.WalLevel;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.storage.StorageRecord;
import dev.neon.wal.WalRecord;

/**
 * WAL at {@code wal_level=minimal}. All is in it but what a transaction writes into files that it has made itself ({@code
 * REL_17 rel.h RelationNeedsWAL}): that is synced at the commit instead, and is only in the server's own data directory.
 */
public final class MinimalWal {
    private MinimalWal() {}

    /**
     * Lets pass what WAL tells in full. Main forks of unlogged relations have no record.
     *
     * @param walLevel as {@code pg_control} has it, at the record
     * @throws UnsupportedWalException if a file is made of which WAL may not tell the content
     */
    public static void refuseUnlogged(int walLevel, StorageRecord said, WalRecord record) {
        if (walLevel == WalLevel.MINIMAL.ordinal() && said instanceof StorageRecord.Create create
                && create.fork() == ForkNumber.MAIN) {
            RelFileLocator relation = create.relation();
            String lsn = record.start().toString();
            throw UnsupportedWalException.notInWal(lsn, "relation " + relation
                    + " was made at wal_level=minimal, which leaves out what it was loaded with",
                    "Only the data directory of that server has it: take a snapshot ('neon snapshot create') while it is"
                            + " there. Points up to " + lsn + ", and those after the snapshot, can be had.");
        }
    }
}
