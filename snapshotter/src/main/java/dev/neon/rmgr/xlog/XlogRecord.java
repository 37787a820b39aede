package dev.neon.rmgr.xlog;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.WalLevel;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.RmgrRecord;
import java.util.Optional;

/**
 * What the server writes about the WAL itself ({@code REL_17 pg_control.h}, {@code xlog_internal.h}). Times are
 * PostgreSQL's, see {@link dev.neon.postgres.TimestampTz}.
 */
public sealed interface XlogRecord extends RmgrRecord {
    /**
     * CHECKPOINT_SHUTDOWN: nothing before it is to be replayed.
     *
     * @param walLevel since 17
     */
    record ShutdownCheckPoint(CheckPoint checkPoint, Optional<WalLevel> walLevel) implements XlogRecord {}

    /**
     * CHECKPOINT_ONLINE: replay begins at its redo pointer.
     *
     * @param walLevel since 17
     */
    record OnlineCheckPoint(CheckPoint checkPoint, Optional<WalLevel> walLevel) implements XlogRecord {}

    /** CHECKPOINT_REDO: where an online checkpoint's redo pointer points to; since 17. */
    record CheckPointRedo(WalLevel walLevel) implements XlogRecord {}

    record Noop() implements XlogRecord {}

    /** @param oid unsigned; all below may be in use */
    record NextOid(int oid) implements XlogRecord {}

    /** The rest of the segment is not used. */
    record Switch() implements XlogRecord {}

    /** @param start of the backup: the redo pointer of its checkpoint */
    record BackupEnd(Lsn start) implements XlogRecord {}

    /** The settings on which a standby depends. */
    record ParameterChange(int maxConnections, int maxWorkerProcesses, int maxWalSenders, int maxPreparedTransactions,
            int maxLocksPerTransaction, WalLevel walLevel, boolean walLogHints, boolean trackCommitTimestamp)
            implements XlogRecord {}

    /** {@code pg_create_restore_point}. */
    record RestorePoint(long time, String name) implements XlogRecord {}

    /** FPW_CHANGE. */
    record FullPageWritesChange(boolean fullPageWrites) implements XlogRecord {}

    /** @param walLevel since 17 */
    record EndOfRecovery(long time, int timeline, int previousTimeline, Optional<WalLevel> walLevel)
            implements XlogRecord {}

    /** FPI: images of all its blocks, to be restored. */
    record FullPageImages() implements XlogRecord {}

    /** FPI_FOR_HINT: as FPI, before hint bits are set in a page that has checksums. */
    record FullPageImagesForHint() implements XlogRecord {}

    /**
     * The first record after one that a crash had cut off.
     *
     * @param overwritten where the record began that was never finished
     * @param time        when that was found
     */
    record OverwriteContrecord(Lsn overwritten, long time) implements XlogRecord {}
}
