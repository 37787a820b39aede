package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.dialect.WalDialect;
import dev.neon.rmgr.tablespace.TablespaceRecord;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.ArrayList;
import java.util.List;

/** Finds the tablespaces that recovery would create, so that a rebuild can refuse external ones. */
final class TablespaceScan {
    private static final int TABLESPACE = 5;

    private TablespaceScan() {}

    /**
     * The changes in the records that start from {@code from} on and end at or before {@code to}, oldest first.
     *
     * @param from a record's start or a boundary, inclusive
     * @param to   a boundary, exclusive
     * @throws dev.neon.repo.error.CorruptFileException    if a record before {@code to} is damaged
     * @throws dev.neon.repo.error.UnsupportedWalException if a tablespace record has an unknown form
     */
    static List<TablespaceRecord> find(WalSource source, Lsn from, Lsn to) {
        List<TablespaceRecord> changes = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                // Only such a record is worth the time that the dialects take to load.
                if (reader.rmid() == TABLESPACE && !reader.end().isAfter(to)) {
                    changes.add(decode(reader.record()));
                }
            }
            if (reader.end().isBefore(to) && reader.why().orElseThrow() instanceof WalkEnd.Defect defect) {
                throw defect.toException();
            }
        }
        return changes;
    }

    private static TablespaceRecord decode(WalRecord record) {
        return (TablespaceRecord) WalDialect.of(record.major()).manager(TABLESPACE).decode(record);
    }
}
