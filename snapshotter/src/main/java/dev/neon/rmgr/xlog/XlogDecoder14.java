package dev.neon.rmgr.xlog;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.WalLevel;
import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.time.DateTimeException;
import java.util.Optional;

/**
 * Main data ({@code REL_14 xlog_internal.h}).
 * <pre>
 * CHECKPOINT_…           {@link CheckPoint}
 * NEXTOID                 0  u32 nextOid
 * BACKUP_END              0  u64 startpoint
 * PARAMETER_CHANGE        0  s32 MaxConnections          16  s32 max_locks_per_xact
 *  xl_parameter_change    4  s32 max_worker_processes    20  s32 wal_level
 *                         8  s32 max_wal_senders         24  u8  wal_log_hints
 *                        12  s32 max_prepared_xacts      25  u8  track_commit_timestamp
 *                                                        26  padding of 2 bytes
 * RESTORE_POINT           0  s64 rp_time
 *  xl_restore_point       8  rp_name, 64 bytes
 * FPW_CHANGE              0  u8  full_page_writes
 * END_OF_RECOVERY         0  s64 end_time
 *  xl_end_of_recovery     8  u32 ThisTimeLineID
 *                        12  u32 PrevTimeLineID
 * OVERWRITE_CONTRECORD    0  u64 overwritten_lsn
 *                         8  s64 overwrite_time
 * </pre>
 * NOOP, SWITCH, FPI and FPI_FOR_HINT have none.
 */
sealed class XlogDecoder14 permits XlogDecoder17 {
    static final int CHECKPOINT_SHUTDOWN = 0x00;
    static final int CHECKPOINT_ONLINE = 0x10;
    static final int NOOP = 0x20;
    static final int NEXTOID = 0x30;
    static final int SWITCH = 0x40;
    static final int BACKUP_END = 0x50;
    static final int PARAMETER_CHANGE = 0x60;
    static final int RESTORE_POINT = 0x70;
    static final int FPW_CHANGE = 0x80;
    static final int END_OF_RECOVERY = 0x90;
    static final int FPI_FOR_HINT = 0xA0;
    static final int FPI = 0xB0;
    static final int OVERWRITE_CONTRECORD = 0xD0;

    private static final int NAME_BYTES = 64;

    final XlogRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        XlogRecord decoded = switch (record.operation()) {
            case CHECKPOINT_SHUTDOWN -> new XlogRecord.ShutdownCheckPoint(checkPoint(main), checkPointLevel(record));
            case CHECKPOINT_ONLINE -> new XlogRecord.OnlineCheckPoint(checkPoint(main), checkPointLevel(record));
            case NOOP -> new XlogRecord.Noop();
            case NEXTOID -> new XlogRecord.NextOid(main.i32());
            case SWITCH -> new XlogRecord.Switch();
            case BACKUP_END -> new XlogRecord.BackupEnd(main.lsn());
            case PARAMETER_CHANGE -> parameterChange(main);
            case RESTORE_POINT -> new XlogRecord.RestorePoint(main.i64(), main.fixedString(NAME_BYTES));
            case FPW_CHANGE -> new XlogRecord.FullPageWritesChange(main.bool());
            case END_OF_RECOVERY ->
                    new XlogRecord.EndOfRecovery(main.i64(), main.i32(), main.i32(), endOfRecoveryLevel(main));
            case FPI_FOR_HINT -> new XlogRecord.FullPageImagesForHint();
            case FPI -> new XlogRecord.FullPageImages();
            case OVERWRITE_CONTRECORD -> new XlogRecord.OverwriteContrecord(main.lsn(), main.i64());
            default -> other(record, main);
        };
        main.finish();
        checkBlocks(record);
        return decoded;
    }

    /** Pages alone have blocks; a page for the sake of its hints has no image if {@code full_page_writes} is off. */
    private static void checkBlocks(WalRecord record) {
        RecordBlocks blocks = RecordBlocks.of(record);
        int operation = record.operation();
        for (int id = 0; id < record.blockCount(); id++) {
            if (operation == FPI || operation == FPI_FOR_HINT && record.hasImage(id)) {
                blocks.image(id);
            } else if (operation == FPI_FOR_HINT) {
                blocks.optional(id);
            }
        }
        blocks.finish();
    }

    private static CheckPoint checkPoint(RecordCursor main) {
        RecordCursor body = main.part(CheckPoint.BYTES);
        try {
            return CheckPoint.parse(body.buffer(), 0);
        } catch (DateTimeException e) {
            throw main.unknown("the checkpoint's time is none");
        }
    }

    private static XlogRecord parameterChange(RecordCursor main) {
        XlogRecord decoded = new XlogRecord.ParameterChange(main.i32(), main.i32(), main.i32(), main.i32(), main.i32(),
                walLevel(main), main.bool(), main.bool());
        main.skip(2);
        return decoded;
    }

    static WalLevel walLevel(RecordCursor cursor) {
        int number = cursor.i32();
        return WalLevel.of(number).orElseThrow(() -> cursor.unknown("unknown wal_level " + number));
    }

    XlogRecord other(WalRecord record, RecordCursor main) {
        throw record.unknownOperation();
    }

    Optional<WalLevel> checkPointLevel(WalRecord record) {
        return Optional.empty();
    }

    /** Reads what follows the timelines. */
    Optional<WalLevel> endOfRecoveryLevel(RecordCursor main) {
        return Optional.empty();
    }
}
