package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedWalException;
import java.util.ArrayList;
import java.util.List;

/** Finds the tablespaces that recovery would create, so that a rebuild can refuse or remap external ones. */
public final class TablespaceScan {
    private static final int RM_TBLSPC = 5;
    private static final int CREATE = 0x00;
    private static final int DROP = 0x10;

    private TablespaceScan() {}

    /**
     * The changes in the records that start from {@code from} on and end at or before {@code to}, oldest first.
     *
     * @param from a record's start or a boundary, inclusive
     * @param to   a boundary, exclusive
     * @throws dev.neon.repo.error.CorruptFileException if a record before {@code to} is damaged
     * @throws UnsupportedWalException if a tablespace record has an unknown form
     */
    public static List<TablespaceChange> find(WalSource source, Lsn from, Lsn to) {
        List<TablespaceChange> changes = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                if (reader.rmid() == RM_TBLSPC && !reader.end().isAfter(to)) {
                    changes.add(decode(reader.record()));
                }
            }
            if (reader.end().isBefore(to) && reader.why().orElseThrow() instanceof WalkEnd.Defect defect) {
                throw defect.toException();
            }
        }
        return changes;
    }

    private static TablespaceChange decode(WalRecord record) {
        RecordCursor main = record.main();
        long oid = main.u32();
        return switch (record.operation()) {
            case CREATE -> new TablespaceChange.Created(record.start(), oid, main.string());
            case DROP -> new TablespaceChange.Dropped(record.start(), oid);
            default -> throw record.unknownOperation();
        };
    }
}
