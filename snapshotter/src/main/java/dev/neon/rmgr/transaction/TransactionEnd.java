package dev.neon.rmgr.transaction;

import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.InvalidationDecoder14;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Reads from a record only which transaction ended, how and when, for those who read much WAL and want nothing else. To
 * be asked for more than {@link #isEnd} only if that is so.
 */
public final class TransactionEnd {
    private static final int RMID = 1;
    private static final int[] NO_XIDS = {};

    private TransactionEnd() {}

    /** Whether the record commits or aborts a transaction, prepared or not. */
    public static boolean isEnd(WalRecord record) {
        return record.rmid() == RMID && TransactionOperations.isEnd(record);
    }

    /** Whether that record commits; else it aborts. */
    public static boolean isCommit(WalRecord record) {
        return TransactionOperations.isCommit(record);
    }

    /** Whether that record ends a transaction that was prepared. */
    public static boolean isOfPrepared(WalRecord record) {
        return TransactionOperations.isOfPrepared(record);
    }

    /** Microseconds, see {@link dev.neon.postgres.TimestampTz}. */
    public static long time(WalRecord record) {
        return record.main().i64();
    }

    /**
     * The transaction that ended; of a prepared one its own id, not that of the record. Unsigned.
     *
     * @throws dev.neon.repo.error.UnsupportedWalException if that id is not where it should be
     */
    public static int xid(WalRecord record) {
        return TransactionOperations.isOfPrepared(record) ? preparedXid(record) : record.xid();
    }

    /** Whether the record prepares a transaction, which is then neither running nor ended. */
    public static boolean isPrepare(WalRecord record) {
        return record.rmid() == RMID && TransactionOperations.of(record) == TransactionOperations.PREPARE;
    }

    /** The subtransactions that end with it; without an object if there are none, as is usual. */
    public static int[] subtransactions(WalRecord record) {
        if (!TransactionOperations.hasInfo(record)) {
            return NO_XIDS;
        }
        RecordCursor main = record.main();
        int xinfo = main.skip(Long.BYTES).i32();
        if ((xinfo & Xinfo.SUBXACTS) == 0) {
            return NO_XIDS;
        }
        main.skip((xinfo & Xinfo.DBINFO) != 0 ? 2 * Integer.BYTES : 0);
        return main.i32s(main.i32());
    }

    private static int preparedXid(WalRecord record) {
        RecordCursor main = record.main();
        int xinfo = main.skip(Long.BYTES).i32();
        if ((xinfo & Xinfo.TWOPHASE) == 0 || (xinfo & ~Xinfo.ALL) != 0) {
            throw record.unsupported("xinfo 0x" + Integer.toHexString(xinfo) + " of a prepared transaction's end");
        }
        if ((xinfo & Xinfo.DBINFO) != 0) {
            main.skip(2 * Integer.BYTES);
        }
        skip(main, xinfo & Xinfo.SUBXACTS, Integer.BYTES);
        skip(main, xinfo & Xinfo.RELFILELOCATORS, TransactionDecoder14.LOCATOR_BYTES);
        skip(main, xinfo & Xinfo.DROPPED_STATS, statisticsBytes(record.major()));
        skip(main, xinfo & Xinfo.INVALS, InvalidationDecoder14.BYTES);
        return main.i32();
    }

    private static void skip(RecordCursor main, int flag, int size) {
        if (flag != 0) {
            main.skip(main.i32(), size);
        }
    }

    private static int statisticsBytes(PostgresMajor major) {
        return switch (major) {
            case V14, V15, V16, V17 -> StatisticsDecoder15.BYTES;
            case V18 -> StatisticsDecoder18.BYTES;
        };
    }
}
