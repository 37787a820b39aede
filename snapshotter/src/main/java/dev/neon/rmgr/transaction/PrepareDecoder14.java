package dev.neon.rmgr.transaction;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.InvalidationDecoder14;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.wal.RecordCursor;
import java.util.List;

/**
 * Main data of PREPARE: the file of {@code pg_twophase} without the CRC at its end ({@code REL_15 xact.h
 * xl_xact_prepare}, {@code twophase.c}).
 * <pre>
 *  0  u32 magic          0x57F94534
 *  4  u32 total_len      of the file, CRC included
 *  8  u32 xid
 * 12  u32 database
 * 16  s64 prepared_at
 * 24  u32 owner
 * 28  s32 nsubxacts
 * 32  s32 ncommitrels
 * 36  s32 nabortrels
 * 40  s32 ncommitstats   since 15
 * 44  s32 nabortstats    since 15
 * 48  s32 ninvalmsgs     40 in 14, and so on
 * 52  u8  initfileinval
 * 54  u16 gidlen         its NUL included
 * 56  u64 origin_lsn
 * 64  s64 origin_timestamp
 * </pre>
 * Then the GID, the subtransactions, the relations of commit and abort, the statistics of commit and abort, the
 * messages, and the records, each of these parts padded to 8 bytes. A record ({@code TwoPhaseRecordOnDisk}):
 * <pre>
 *  0  u32 len
 *  4  u8  rmid           0 ends them
 *  6  u16 info
 *  8  its data, padded to 8 bytes
 * </pre>
 */
final class PrepareDecoder14 {
    private static final int MAGIC = 0x57F94534;
    private static final int CRC_BYTES = 4;
    private static final int ALIGNMENT = 8;
    private static final int END = 0;

    private final StatisticsDecoder14 statistics;
    private final InvalidationDecoder14 invalidations;

    PrepareDecoder14(StatisticsDecoder14 statistics, InvalidationDecoder14 invalidations) {
        this.statistics = statistics;
        this.invalidations = invalidations;
    }

    /** @param main is read to the end of the records */
    TransactionRecord.Prepare decode(RecordCursor main, byte[] state) {
        int magic = main.i32();
        long length = main.u32();
        if (magic != MAGIC || length != state.length + CRC_BYTES) {
            throw main.unknown("two-phase state of magic 0x" + Integer.toHexString(magic) + " and length " + length);
        }
        int xid = main.i32();
        int database = main.i32();
        long time = main.i64();
        int owner = main.i32();
        int subtransactionCount = main.i32();
        int commitRelationCount = main.i32();
        int abortRelationCount = main.i32();
        int commitStatisticsCount = statistics.count(main);
        int abortStatisticsCount = statistics.count(main);
        int messageCount = main.i32();
        boolean relcacheInitFile = main.bool();
        int gidLength = main.skip(1).u16();
        OriginProgress origin = new OriginProgress(main.lsn(), main.i64());
        String gid = main.align(ALIGNMENT).fixedString(gidLength);
        int[] subtransactions = main.align(ALIGNMENT).i32s(subtransactionCount);
        List<RelFileLocator> commitRelations = relations(main, commitRelationCount);
        List<RelFileLocator> abortRelations = relations(main, abortRelationCount);
        List<DroppedStatistics> commitStatistics = statistics.decode(main.align(ALIGNMENT), commitStatisticsCount);
        List<DroppedStatistics> abortStatistics = statistics.decode(main.align(ALIGNMENT), abortStatisticsCount);
        List<InvalidationMessage> messages = invalidations.decode(main.align(ALIGNMENT), messageCount);
        int records = main.align(ALIGNMENT).position();
        passRecords(main);
        return new TransactionRecord.Prepare(xid, database, time, owner, gid, subtransactions, commitRelations,
                abortRelations, commitStatistics, abortStatistics, messages, relcacheInitFile, origin, state, records);
    }

    private static List<RelFileLocator> relations(RecordCursor main, int count) {
        return main.align(ALIGNMENT).list(count, TransactionDecoder14.LOCATOR_BYTES, RecordCursor::locator);
    }

    private static void passRecords(RecordCursor main) {
        int kind;
        do {
            int length = main.i32();
            kind = main.u8();
            main.skip(3).skip(length).align(ALIGNMENT);
        } while (kind != END);
    }
}
