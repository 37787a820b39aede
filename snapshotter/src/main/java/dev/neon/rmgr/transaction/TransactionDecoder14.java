package dev.neon.rmgr.transaction;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.InvalidationDecoder14;
import dev.neon.rmgr.InvalidationDecoder18;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.Optional;

/**
 * Main data of commit and abort ({@code REL_14 xact.h xl_xact_commit}, {@code xactdesc.c ParseCommitRecord}); each part
 * but the first is there if its flag is, without padding.
 * <pre>
 * s64 xact_time
 * u32 xinfo            if the operation has the bit 0x80
 * u32 dbId, u32 tsId   XACT_XINFO_HAS_DBINFO
 * s32 nsubxacts        XACT_XINFO_HAS_SUBXACTS       and as many u32
 * s32 nrels            XACT_XINFO_HAS_RELFILENODES   and as many times 12 bytes
 *                      XACT_XINFO_HAS_DROPPED_STATS  since 15: see {@link StatisticsDecoder15}
 * s32 nmsgs            XACT_XINFO_HAS_INVALS         and as many times 16 bytes; commit only
 * u32 xid              XACT_XINFO_HAS_TWOPHASE
 * gid, NUL             XACT_XINFO_HAS_GID
 * u64 origin_lsn       XACT_XINFO_HAS_ORIGIN
 * s64 origin_timestamp the same
 * </pre>
 * ASSIGNMENT ({@code xl_xact_assignment}): {@code u32 xtop}, {@code s32 nsubxacts}, and as many {@code u32}.
 * INVALIDATION ({@code xl_xact_invals}): {@code s32 nmsgs}, and as many times 16 bytes. PREPARE: see
 * {@link PrepareDecoder14}.
 */
final class TransactionDecoder14 {
    static final TransactionDecoder14 V14 =
            new TransactionDecoder14(new StatisticsDecoder14(), InvalidationDecoder14.V14);
    static final TransactionDecoder14 V15 =
            new TransactionDecoder14(new StatisticsDecoder15(), InvalidationDecoder14.V14);
    static final TransactionDecoder14 V18 =
            new TransactionDecoder14(new StatisticsDecoder18(), InvalidationDecoder18.V18);

    static final int LOCATOR_BYTES = 12;

    private static final int ABORT_FLAGS = Xinfo.DBINFO | Xinfo.SUBXACTS | Xinfo.RELFILELOCATORS | Xinfo.TWOPHASE
            | Xinfo.ORIGIN | Xinfo.AE_LOCKS | Xinfo.GID;
    private static final int COMMIT_FLAGS = ABORT_FLAGS | Xinfo.INVALS | Xinfo.APPLY_FEEDBACK
            | Xinfo.UPDATE_RELCACHE_FILE | Xinfo.FORCE_SYNC_COMMIT;

    private final StatisticsDecoder14 statistics;
    private final InvalidationDecoder14 invalidations;
    private final PrepareDecoder14 prepare;

    private TransactionDecoder14(StatisticsDecoder14 statistics, InvalidationDecoder14 invalidations) {
        this.statistics = statistics;
        this.invalidations = invalidations;
        this.prepare = new PrepareDecoder14(statistics, invalidations);
    }

    TransactionRecord decode(WalRecord record) {
        if (TransactionOperations.hasInfo(record) && !TransactionOperations.isEnd(record)) {
            throw record.unknownOperation();
        }
        RecordCursor main = record.main();
        TransactionRecord decoded = switch (TransactionOperations.of(record)) {
            case TransactionOperations.COMMIT, TransactionOperations.COMMIT_PREPARED ->
                    new TransactionRecord.Commit(completion(record, main, COMMIT_FLAGS));
            case TransactionOperations.ABORT, TransactionOperations.ABORT_PREPARED ->
                    new TransactionRecord.Abort(completion(record, main, ABORT_FLAGS));
            case TransactionOperations.PREPARE -> prepare.decode(main, record.main().rest());
            case TransactionOperations.ASSIGNMENT ->
                    new TransactionRecord.Assignment(main.i32(), main.i32s(main.i32()));
            case TransactionOperations.INVALIDATIONS ->
                    new TransactionRecord.Invalidations(invalidations.decode(main, main.i32()));
            default -> throw record.unknownOperation();
        };
        main.finish();
        return decoded;
    }

    private Completion completion(WalRecord record, RecordCursor main, int flags) {
        long time = main.i64();
        int xinfo = TransactionOperations.hasInfo(record) ? main.i32() : 0;
        requireKnown(record, xinfo, flags | statistics.flag());
        boolean knowsDatabase = has(xinfo, Xinfo.DBINFO);
        int database = knowsDatabase ? main.i32() : 0;
        int tablespace = knowsDatabase ? main.i32() : 0;
        int[] subtransactions = has(xinfo, Xinfo.SUBXACTS) ? main.i32s(main.i32()) : new int[0];
        List<RelFileLocator> relations = has(xinfo, Xinfo.RELFILELOCATORS)
                ? main.list(main.i32(), LOCATOR_BYTES, RecordCursor::locator) : List.of();
        List<DroppedStatistics> dropped =
                has(xinfo, Xinfo.DROPPED_STATS) ? statistics.decode(main, main.i32()) : List.of();
        List<InvalidationMessage> messages =
                has(xinfo, Xinfo.INVALS) ? invalidations.decode(main, main.i32()) : List.of();
        int xid = has(xinfo, Xinfo.TWOPHASE) ? main.i32() : record.xid();
        Optional<String> gid = has(xinfo, Xinfo.GID) ? Optional.of(main.string()) : Optional.empty();
        Optional<OriginProgress> origin = has(xinfo, Xinfo.ORIGIN)
                ? Optional.of(new OriginProgress(main.lsn(), main.i64())) : Optional.empty();
        return new Completion(xid, has(xinfo, Xinfo.TWOPHASE), gid, time, xinfo, database, tablespace, subtransactions,
                relations, dropped, messages, origin);
    }

    private static void requireKnown(WalRecord record, int xinfo, int flags) {
        if ((xinfo & ~flags) != 0) {
            throw record.unsupported("unknown flags 0x" + Integer.toHexString(xinfo & ~flags) + " in xinfo");
        }
        if (has(xinfo, Xinfo.TWOPHASE) != TransactionOperations.isOfPrepared(record)
                || has(xinfo, Xinfo.GID) && !has(xinfo, Xinfo.TWOPHASE)) {
            throw record.unsupported("xinfo 0x" + Integer.toHexString(xinfo) + " does not fit the operation");
        }
    }

    private static boolean has(int xinfo, int flag) {
        return (xinfo & flag) != 0;
    }
}
