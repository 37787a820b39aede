package dev.neon.rmgr.transaction;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;

/**
 * What transactions write ({@code REL_17 xact.h}). Transaction ids and oids are unsigned; times are PostgreSQL's, see
 * {@link dev.neon.postgres.TimestampTz}.
 */
public sealed interface TransactionRecord extends RmgrRecord {
    /** COMMIT and COMMIT_PREPARED. */
    record Commit(Completion completion) implements TransactionRecord {}

    /** ABORT and ABORT_PREPARED. */
    record Abort(Completion completion) implements TransactionRecord {}

    /**
     * PREPARE: what {@code pg_twophase} keeps until the transaction ends.
     *
     * @param xid                the transaction
     * @param database           the one it was in
     * @param time               of preparation
     * @param owner              the role that runs it
     * @param gid                the name that the user gave it
     * @param subtransactions    those that it has committed
     * @param commitRelations    files to be removed when it commits
     * @param abortRelations     files to be removed when it aborts
     * @param commitStatistics   since 15
     * @param abortStatistics    since 15
     * @param invalidations      to be sent when it commits
     * @param relcacheInitFile   whether commit removes the relation cache's init files
     * @param origin             where replication stands; zeros if the record has no origin
     * @param state              the whole content of {@code pg_twophase/<xid>} but its checksum: all of the above, then
     *                           the records of locks and the like ({@code REL_17 twophase_rmgr.h})
     * @param records            where in {@code state} these begin
     */
    record Prepare(int xid, int database, long time, int owner, String gid, int[] subtransactions,
            List<RelFileLocator> commitRelations, List<RelFileLocator> abortRelations,
            List<DroppedStatistics> commitStatistics, List<DroppedStatistics> abortStatistics,
            List<InvalidationMessage> invalidations, boolean relcacheInitFile, OriginProgress origin, byte[] state,
            int records) implements TransactionRecord {}

    /** ASSIGNMENT: subtransactions of a transaction that has many, told to standbys before it ends. */
    record Assignment(int topLevelXid, int[] subtransactions) implements TransactionRecord {}

    /** INVALIDATION: what a command of a running transaction has changed, told at {@code wal_level=logical}. */
    record Invalidations(List<InvalidationMessage> messages) implements TransactionRecord {}
}
