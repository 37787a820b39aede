package dev.neon.snapshot;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.WalLevel;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.storage.StorageRecord;
import dev.neon.rmgr.tablespace.TablespaceRecord;
import dev.neon.rmgr.xlog.XlogRecord;
import dev.neon.state.MinimalWal;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.ArrayList;
import java.util.List;

/** Looks at WAL that PostgreSQL is to replay for what would go wrong. */
final class ReplayScan {
    private static final int XLOG = 0, STORAGE = 2, TABLESPACE = 5;
    /** {@code XLOG_PARAMETER_CHANGE}. */
    private static final int PARAMETER_CHANGE = 0x60;

    private ReplayScan() {}

    /**
     * What happens to tablespaces in the records that start from {@code from} on and end at or before {@code to}, oldest
     * first.
     *
     * @param from     a record's start or a boundary, inclusive
     * @param to       a boundary, exclusive
     * @param walLevel at {@code from}, as {@code pg_control} has it
     * @throws dev.neon.repo.error.CorruptFileException    if a record before {@code to} is damaged
     * @throws dev.neon.repo.error.UnsupportedWalException if a record of these has an unknown form, or if WAL does not tell
     *                                                      all ({@link MinimalWal})
     */
    static List<TablespaceRecord> tablespaces(WalSource source, Lsn from, Lsn to, int walLevel) {
        int level = walLevel;
        List<TablespaceRecord> changes = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                // Only such a record is worth the time that the dialects take to load.
                if (isConcerned(reader, level) && !reader.end().isAfter(to)) {
                    WalRecord record = reader.record();
                    switch (WalDialect.of(record.major()).manager(record.rmid()).decode(record)) {
                        case TablespaceRecord change -> changes.add(change);
                        case XlogRecord.ParameterChange change -> level = change.walLevel().ordinal();
                        case StorageRecord said -> MinimalWal.refuseUnlogged(level, said, record);
                        default -> throw record.unknownOperation();
                    }
                }
            }
            if (reader.end().isBefore(to) && reader.why().orElseThrow() instanceof WalkEnd.Defect defect) {
                throw defect.toException();
            }
        }
        return changes;
    }

    private static boolean isConcerned(WalReader reader, int walLevel) {
        return switch (reader.rmid()) {
            case TABLESPACE -> true;
            case XLOG -> (reader.info() & 0xF0) == PARAMETER_CHANGE;
            case STORAGE -> walLevel == WalLevel.MINIMAL.ordinal();
            default -> false;
        };
    }
}
