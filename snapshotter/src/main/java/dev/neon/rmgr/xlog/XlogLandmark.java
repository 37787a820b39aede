package dev.neon.rmgr.xlog;

import dev.neon.repo.Lsn;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Reads from a record only what tells where one is in a history: checkpoints, restore points, ends of recovery. For
 * those who read much WAL and want nothing else: no release's decoders are needed, as the fields are the same in all.
 * To be asked for more than the first four only if one of them is so.
 */
public final class XlogLandmark {
    private static final int RMID = 0;
    /** Of the fields of {@link dev.neon.postgres.CheckPoint}. */
    private static final int NEXT_XID = 24;
    private static final int TIME = 64;
    private static final long EPOCH_SECONDS = 946_684_800;
    private static final long SECOND = 1_000_000;

    private XlogLandmark() {}

    /** Whether the record is a checkpoint: one at a shutdown or the end of a recovery, or an online one. */
    public static boolean isCheckPoint(WalRecord record) {
        return isShutdown(record) || is(record, XlogDecoder14.CHECKPOINT_ONLINE);
    }

    public static boolean isShutdown(WalRecord record) {
        return is(record, XlogDecoder14.CHECKPOINT_SHUTDOWN);
    }

    public static boolean isRestorePoint(WalRecord record) {
        return is(record, XlogDecoder14.RESTORE_POINT);
    }

    public static boolean isEndOfRecovery(WalRecord record) {
        return is(record, XlogDecoder14.END_OF_RECOVERY);
    }

    private static boolean is(WalRecord record, int operation) {
        return record.rmid() == RMID && record.operation() == operation;
    }

    /** Of a checkpoint: from where on recovery reads. */
    public static Lsn redo(WalRecord record) {
        return new Lsn(record.main().i64());
    }

    /** Of a checkpoint: the next transaction id to be given out, 64 bits. */
    public static long nextXid(WalRecord record) {
        return record.main().skip(NEXT_XID).i64();
    }

    /** Microseconds, see {@link dev.neon.postgres.TimestampTz}; of a checkpoint to the second. */
    public static long time(WalRecord record) {
        return isCheckPoint(record) ? (record.main().skip(TIME).i64() - EPOCH_SECONDS) * SECOND : record.main().i64();
    }

    /** Of a restore point. */
    public static String name(WalRecord record) {
        RecordCursor main = record.main().skip(Long.BYTES);
        return main.fixedString(main.remaining());
    }
}
