package dev.neon.rmgr.xlog;

import dev.neon.postgres.WalLevel;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/**
 * As {@link XlogDecoder14}, and the {@code wal_level} in more records ({@code REL_17 xlog_internal.h}, {@code
 * pg_control.h}).
 * <pre>
 * CHECKPOINT_…      20  s32 wal_level
 * CHECKPOINT_REDO    0  s32 wal_level
 * END_OF_RECOVERY   16  s32 wal_level
 *                   20  padding of 4 bytes
 * </pre>
 */
final class XlogDecoder17 extends XlogDecoder14 {
    static final int CHECKPOINT_REDO = 0xE0;

    private static final int CHECKPOINT_LEVEL = 20;

    @Override
    XlogRecord other(WalRecord record, RecordCursor main) {
        if (record.operation() != CHECKPOINT_REDO) {
            throw record.unknownOperation();
        }
        return new XlogRecord.CheckPointRedo(walLevel(main));
    }

    @Override
    Optional<WalLevel> checkPointLevel(WalRecord record) {
        return Optional.of(walLevel(record.main().skip(CHECKPOINT_LEVEL)));
    }

    @Override
    Optional<WalLevel> endOfRecoveryLevel(RecordCursor main) {
        WalLevel level = walLevel(main);
        main.skip(4);
        return Optional.of(level);
    }
}
