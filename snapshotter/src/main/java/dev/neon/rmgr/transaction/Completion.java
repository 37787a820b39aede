package dev.neon.rmgr.transaction;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.InvalidationMessage;
import java.util.List;
import java.util.Optional;

/**
 * What commit and abort have in common.
 *
 * @param xid             the transaction that ended: of a prepared one its own, not that of the record
 * @param prepared        whether it is COMMIT PREPARED or ROLLBACK PREPARED
 * @param gid             of a prepared transaction, at {@code wal_level=logical}
 * @param time            when it ended
 * @param xinfo           the flags {@code XACT_XINFO_*} and {@code XACT_COMPLETION_*}
 * @param database        the one it was in, 0 if untold
 * @param tablespace      the database's, 0 if untold
 * @param subtransactions those that ended with it
 * @param relations       those whose files are removed
 * @param statistics      since 15
 * @param invalidations   in the order in which they are sent; none for abort
 * @param origin          where replication stands, if that is what the transaction came from
 */
public record Completion(int xid, boolean prepared, Optional<String> gid, long time, int xinfo, int database,
        int tablespace, int[] subtransactions, List<RelFileLocator> relations, List<DroppedStatistics> statistics,
        List<InvalidationMessage> invalidations, Optional<OriginProgress> origin) {
    /** {@code XACT_XINFO_HAS_AE_LOCKS}: it held locks of which standbys were told. */
    public boolean hadExclusiveLocks() {
        return (xinfo & Xinfo.AE_LOCKS) != 0;
    }

    /** Whoever waits for it on a standby is to be told that it was applied. */
    public boolean appliesFeedback() {
        return (xinfo & Xinfo.APPLY_FEEDBACK) != 0;
    }

    /** The relation cache's init files are removed. */
    public boolean updatesRelcacheInitFile() {
        return (xinfo & Xinfo.UPDATE_RELCACHE_FILE) != 0;
    }

    /** It was flushed whatever {@code synchronous_commit} says. */
    public boolean forcesSync() {
        return (xinfo & Xinfo.FORCE_SYNC_COMMIT) != 0;
    }
}
