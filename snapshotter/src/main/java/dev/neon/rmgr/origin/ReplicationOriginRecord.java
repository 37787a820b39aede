package dev.neon.rmgr.origin;

import dev.neon.repo.Lsn;
import dev.neon.rmgr.RmgrRecord;

/**
 * How far replication from other servers has come ({@code REL_17 replication/origin.h}), where that is not told by the
 * commits themselves.
 */
public sealed interface ReplicationOriginRecord extends RmgrRecord {
    /**
     * Progress set by hand.
     *
     * @param remoteLsn where the origin is, in its own WAL
     * @param nodeId    the origin, 1 to 65535
     * @param force     whether it may go backwards
     */
    record Set(Lsn remoteLsn, int nodeId, boolean force) implements ReplicationOriginRecord {}

    /** Progress forgotten. */
    record Drop(int nodeId) implements ReplicationOriginRecord {}
}
