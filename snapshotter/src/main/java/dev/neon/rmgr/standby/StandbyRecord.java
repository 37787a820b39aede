package dev.neon.rmgr.standby;

import dev.neon.rmgr.InvalidationMessage;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;

/** What is written for hot standbys ({@code REL_17 standbydefs.h}). Transaction ids and oids are unsigned. */
public sealed interface StandbyRecord extends RmgrRecord {
    /** LOCK: those of mode AccessExclusive that transactions hold. */
    record Locks(List<Lock> locks) implements StandbyRecord {}

    /** @param relation its oid */
    record Lock(int xid, int database, int relation) {}

    /**
     * RUNNING_XACTS: the transactions that run.
     *
     * @param subtransactionsMissing whether there were too many subtransactions to tell all
     * @param transactions           prepared ones too, in no order
     */
    record RunningTransactions(int nextXid, int oldestRunningXid, int latestCompletedXid,
            boolean subtransactionsMissing, int[] transactions, int[] subtransactions) implements StandbyRecord {}

    /**
     * INVALIDATIONS: of a transaction without an id.
     *
     * @param relcacheInitFile whether the relation cache's init files are removed
     * @param tablespace       the database's
     */
    record Invalidations(int database, int tablespace, boolean relcacheInitFile, List<InvalidationMessage> messages)
            implements StandbyRecord {}
}
